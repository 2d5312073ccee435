/* SPDX-License-Identifier: MIT */
/* The contracts every shihyo knows, as constant tables; see docs/contracts.md. */
#ifndef SHY_CORE_CONTRACTS_H
#define SHY_CORE_CONTRACTS_H

#include "core/contract/contract.h"

extern const struct shy_contract *const shy_core_contracts[]; /* NULL-ended, sorted by id */

#endif

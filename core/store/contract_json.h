/* SPDX-License-Identifier: MIT */
/* The definition of a contract as the store keeps it: JSON with sorted keys, described in
 * docs/store.md. The same contract gives the same text. Thread-safe. */
#ifndef SHY_STORE_CONTRACT_JSON_H
#define SHY_STORE_CONTRACT_JSON_H

#include "core/base/mem.h"
#include "core/contract/contract.h"

/* *out is freed with shy_free. */
int shy_contract_write_json(const struct shy_contract *contract, char **out,
                            struct shihyo_error *err);
/* false where the text is not such a definition or memory is exhausted. *out lives in the arena. */
bool shy_contract_read_json(const char *text, struct shy_arena *arena,
                            const struct shy_contract **out, bool *no_memory);

#endif

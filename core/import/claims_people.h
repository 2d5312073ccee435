/* SPDX-License-Identifier: MIT */
/* Between claims_people.c and claims_register.c. */
#ifndef SHY_IMPORT_CLAIMS_PEOPLE_H
#define SHY_IMPORT_CLAIMS_PEOPLE_H

#include "core/import/claims_internal.h"

/* The table of insurers, of the source and the store; freed by shy_claims_free_insurers. */
int shy_claims_read_insurers(struct shy_claims *c, struct shihyo_error *err);
/* The municipality of the insurer where a row does not name it: by the table of insurers; of
 * late-stage elderly (39…) without one there, their residence. */
int shy_claims_insurer_areas(struct shy_claims *c, struct shihyo_error *err);
/* The register and the link rates into the store; the totals into the report. */
int shy_claims_write_register(struct shy_claims *c, struct shihyo_error *err);

#endif

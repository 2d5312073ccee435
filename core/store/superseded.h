/* SPDX-License-Identifier: MIT */
/* Which rows of the registers count where deliveries tell them again (docs/claims.md). */
#ifndef SHY_STORE_SUPERSEDED_H
#define SHY_STORE_SUPERSEDED_H

#include "core/contract/table.h"
#include "core/store/bundle_load.h"

/* Rows about persons with a span of validity: persons, care_persons. */
bool shy_store_is_register(const struct shy_contract *contract);
/* The columns, besides the person, that a row is told again by; how many. */
enum { SHY_REGISTER_COLUMNS = 3 };
size_t shy_register_columns(const struct shy_contract *contract, int out[SHY_REGISTER_COLUMNS]);

/* Leaves out rows that a later delivery has. Stretches are in the order of deliveries; strips
 * first … first + count are those of shy_register_columns, and the last ones. */
int shy_stretches_supersede(struct shy_pool_block **pool, struct shy_stretches *in, size_t first,
                            size_t count, struct shihyo_error *err);
/* The same of a table; deliveries: of each row, ascending. */
int shy_table_supersede(struct shy_table *t, const int64_t *deliveries, struct shihyo_error *err);

#endif

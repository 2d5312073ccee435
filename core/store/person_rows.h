/* SPDX-License-Identifier: MIT */
/* Rows of persons for shy_store_read and shy_store_verify. */
#ifndef SHY_STORE_PERSON_ROWS_H
#define SHY_STORE_PERSON_ROWS_H

#include "core/store/store_internal.h"

/* Reads bundles into a table of a person-level contract. To be closed after a failure as well. */
struct shy_person_rows;
int shy_person_rows_open(struct shy_store *store, struct shy_table *table,
                         struct shy_person_rows **out, struct shihyo_error *err);
void shy_person_rows_close(struct shy_person_rows *r);
/* Fills the rows behind the table's last, for which there is room. *here = false: the segment has
 * no bundle. check: only compare the checksums of every part and decode the columns.
 * SHY_E_STORE_DAMAGED leaves what to say to the caller. */
int shy_person_rows_read(struct shy_person_rows *r, const struct shy_store_segment *s,
                         uint64_t checksum, bool check, bool *here, struct shihyo_error *err);

#endif

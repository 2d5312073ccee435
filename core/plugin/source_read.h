/* SPDX-License-Identifier: MIT */
/* Between source.c and source_read.c. */
#ifndef SHY_PLUGIN_SOURCE_READ_H
#define SHY_PLUGIN_SOURCE_READ_H

#include "core/plugin/internal.h"

/* Knows the source's tables, asking the plugin once. */
int shy_source_ready(struct shy_source *s, struct shihyo_error *err);
/* The plugin's offer for a contract, or NULL. */
const struct shihyo_offer *shy_source_offer(const struct shy_source *s, const char *contract);
/* Carries the plugin's error (contract: the one being read, NULL outside of reading), and tells
 * that a plugin broke the interface. */
int shy_source_fail(struct shy_source *s, const struct shy_contract *contract,
                    const struct shihyo_error *said, int status, const char *function,
                    struct shihyo_error *err);
int shy_source_broken(struct shy_source *s, struct shihyo_error *err, const char *what);

#endif

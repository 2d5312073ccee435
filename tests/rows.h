/* SPDX-License-Identifier: MIT */
/*
 * What a plugin makes of files, as text: one row a line, cells separated by tabs, an empty one has
 * no value, one that begins with '!' is the state of a measure without a number. The first line
 * names the columns. Every row is checked against its contract.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include <jansson.h>

#include "core/base/mem.h"

/* Loads the plugin (SHIHYO_PLUGIN_PATH), opens a source with these options and reads the
 * contract. Appends to out; 0 or a message code. */
int rows_of_source(const char *plugin, const json_t *options, const char *contract,
                   struct shy_text *out, struct shihyo_error *err);

#endif

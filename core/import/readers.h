/* SPDX-License-Identifier: MIT */
/*
 * Reading contracts of a source while what was read before is checked and stored: threads read
 * splits, as many at a time as there are processors, and hand tables over through short queues.
 * What comes out, and which error, does not depend on who was faster: tables come in the order of
 * the list, and the first failure is that of the first split of the list that fails.
 *
 * Threads: all functions from the one thread that started the readers.
 */
#ifndef SHY_IMPORT_READERS_H
#define SHY_IMPORT_READERS_H

#include "core/plugin/plugin_host.h"

struct shy_readers;

/* One stream of the source. */
struct shy_split {
    const struct shy_contract *contract;
    uint32_t split;
};

/* source and the splits must stay until shy_readers_stop. Those of several contracts may be given
 * only where the source allows them to be read beside each other. */
int shy_readers_start(struct shy_source *source, const struct shy_split *splits, size_t count,
                      struct shy_readers **out, struct shihyo_error *err);
/* The next table of splits[at], owned by the caller; NULL at its end. Splits are asked for in their
 * order, each to its end; after a failure only shy_readers_stop may be called. */
int shy_readers_next(struct shy_readers *r, size_t at, struct shy_table **rows,
                     struct shihyo_error *err);
/* Ends the reading, wherever it is: plugins are told as by a signal. NULL is allowed. */
void shy_readers_stop(struct shy_readers *r);

#endif

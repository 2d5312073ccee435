/* SPDX-License-Identifier: MIT */
/*
 * A synthetic prefecture: person-level files in the default layout of the kdb plugin, a project
 * that reads them, and beside them what is true of them. Everything follows from the options alone:
 * the same options give the same bytes, whatever the number of threads, the size of buffers or the
 * machine (whole numbers only, no floating point). docs/synth.md says where every number is from.
 */
#ifndef SHY_SYNTH_SYNTH_H
#define SHY_SYNTH_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

#define SHY_SYNTH_PERSONS_MOST 20000000
#define SHY_SYNTH_MONTHS_MOST 120

/* Receipts that are made only where asked for. */
enum { SHY_SYNTH_DENTAL = 1, SHY_SYNTH_PHARMACY = 2, SHY_SYNTH_HOME_NURSING = 4 };

struct shy_synth_options {
    const char *directory;  /* new, or empty */
    uint32_t persons;       /* 1 to SHY_SYNTH_PERSONS_MOST */
    int32_t first_month;    /* ordinal */
    int32_t months;         /* 1 to SHY_SYNTH_MONTHS_MOST */
    const char *prefecture; /* "29" */
    uint64_t seed;
    const char *areas; /* a file of municipalities, or NULL: those known of the prefecture */
    unsigned with;     /* SHY_SYNTH_… */
    size_t threads;    /* 0 = as many as there are processors, at most four */
    size_t buffer;     /* bytes of a file's buffer; 0 = one MiB */
    void (*progress)(void *arg, int64_t lines, double share); /* or NULL; one call at a time */
    void *progress_arg;
};

struct shy_synth_totals {
    int64_t persons;    /* after linking */
    int64_t lines;      /* of all files, without headers */
    int64_t items;      /* lines of the receipts' items */
    int64_t home_items; /* of them, home care (codes 114) */
};

/* Writes the folder. What was written stays where it fails. */
int shy_synth(const struct shy_synth_options *options, struct shy_synth_totals *totals,
              struct shihyo_error *err);

#endif

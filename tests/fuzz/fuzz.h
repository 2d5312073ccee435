/* SPDX-License-Identifier: MIT */
/* A fuzz target is one file with this function. `make check` runs it over its corpus through
 * replay.c; with --enable-fuzzing (clang) it is linked with libFuzzer instead. */
#ifndef SHY_TESTS_FUZZ_H
#define SHY_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; aborts where a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif

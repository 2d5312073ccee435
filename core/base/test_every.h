/* SPDX-License-Identifier: MIT */
/* How many of a test's cases are tried where each is slow. */
#ifndef SHY_BASE_TEST_EVERY_H
#define SHY_BASE_TEST_EVERY_H

#include <stdlib.h>

/* A loop over random cases, fault points or damaged bytes tries every so-many-th of them: 1, that
 * is all, unless SHIHYO_TEST_EVERY says otherwise, as `make check-valgrind` does. */
static inline int test_every(void)
{
    const char *asked = getenv("SHIHYO_TEST_EVERY");
    long every = asked == NULL ? 1 : strtol(asked, NULL, 10);
    return every < 1 ? 1 : every > 1000 ? 1000 : (int)every;
}

/* Random cases are told by a number. SHIHYO_RANDOM_FIRST and SHIHYO_RANDOM_CASES in the environment
 * say which are tried instead of the first so many: *from up to what is returned. */
static inline long test_cases(long cases, long *from)
{
    const char *first = getenv("SHIHYO_RANDOM_FIRST"), *asked = getenv("SHIHYO_RANDOM_CASES");
    *from = first == NULL ? 0 : strtol(first, NULL, 10);
    return *from + (asked == NULL ? cases : strtol(asked, NULL, 10));
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What other libraries say (Lua, SQLite, libzip, expat, the system) in the language of the user.
 * They only speak English; a message half in each language helps nobody.
 */
#ifndef SHY_BASE_FOREIGN_H
#define SHY_BASE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

enum { SHY_FOREIGN_PARTS = 4 };

struct shy_foreign_part {
    const char *text;
    size_t length;
};

/* The sentence in the user's language, in out; one that is not known stays as it is. */
const char *shy_foreign(const char *text, char *out, size_t size);

/* Is the sentence one of those that can be translated? */
bool shy_foreign_known(const char *text);

/* Does text have the form of pattern, with anything at each "%s"? parts are what stands there. */
bool shy_foreign_match(const char *pattern, const char *text,
                       struct shy_foreign_part parts[SHY_FOREIGN_PARTS]);

/* Puts parts into a translation, in order ("%s") or by position ("%2$s"). */
void shy_foreign_fill(const char *translation, const struct shy_foreign_part *parts, char *out,
                      size_t size);

#endif

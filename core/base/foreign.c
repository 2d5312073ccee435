/* SPDX-License-Identifier: MIT */
#include "core/base/foreign.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/i18n.h"

/* The first that fits is taken, so the narrow forms stand before the wide ones. */
static const char *const patterns[] = {
    /* Lua 5.4, reading a script */
    N_("unexpected symbol near %s"),
    N_("function arguments expected near %s"),
    N_("unfinished string near %s"),
    N_("unfinished long string (starting at line %s) near %s"),
    N_("unfinished long comment (starting at line %s) near %s"),
    N_("malformed number near %s"),
    N_("invalid escape sequence near %s"),
    N_("invalid long string delimiter near %s"),
    N_("syntax error near %s"),
    N_("'=' or 'in' expected near %s"),
    N_("%s expected (to close %s at line %s) near %s"),
    N_("%s expected near %s"),
    N_("cannot use '...' outside a vararg function near %s"),
    N_("break outside loop at line %s"),
    N_("attempt to assign to const variable '%s'"),
    N_("no visible label '%s' for <goto> at line %s"),
    N_("label '%s' already defined on line %s"),
    /* Lua 5.4, running one */
    N_("attempt to call a %s value (%s '%s')"),
    N_("attempt to call a %s value"),
    N_("attempt to index a %s value (%s '%s')"),
    N_("attempt to index a %s value"),
    N_("attempt to perform arithmetic on a %s value (%s '%s')"),
    N_("attempt to perform arithmetic on a %s value"),
    N_("attempt to concatenate a %s value (%s '%s')"),
    N_("attempt to concatenate a %s value"),
    N_("attempt to get length of a %s value (%s '%s')"),
    N_("attempt to get length of a %s value"),
    N_("attempt to perform bitwise operation on a %s value (%s '%s')"),
    N_("attempt to perform bitwise operation on a %s value"),
    N_("attempt to compare two %s values"),
    N_("attempt to compare %s with %s"),
    N_("attempt to divide by zero"),
    N_("attempt to perform 'n//0'"),
    N_("attempt to perform 'n%%0'"),
    N_("number has no integer representation"),
    N_("number%s has no integer representation"),
    N_("bad 'for' initial value (number expected, got %s)"),
    N_("bad 'for' limit (number expected, got %s)"),
    N_("bad 'for' step (number expected, got %s)"),
    N_("'for' step is zero"),
    N_("table index is nil"),
    N_("table index is NaN"),
    N_("bad argument #%s to '%s' (%s expected, got %s)"),
    N_("bad argument #%s to '%s' (%s)"),
    N_("calling '%s' on bad self (%s)"),
    N_("malformed pattern (%s)"),
    N_("invalid capture index %s"),
    N_("invalid option '%s' to 'format'"),
    N_("invalid conversion '%s' to 'format'"),
    N_("string length overflow"),
    N_("resulting string too large"),
    N_("stack overflow"),
    N_("not enough memory"),
    /* The same functions in the sandbox */
    N_("item %s of the list is a %s, not a text or number"),
    N_("wrong number of arguments to 'insert'"),
    /* SQLite */
    N_("database is locked"),
    N_("database disk image is malformed"),
    N_("file is not a database"),
    N_("disk I/O error"),
    N_("database or disk is full"),
    N_("unable to open database file"),
    N_("attempt to write a readonly database"),
    N_("access permission denied"),
    N_("out of memory"),
    /* libzip */
    N_("Not a zip archive"),
    N_("Zip archive inconsistent"),
    N_("Zip archive inconsistent: %s"),
    N_("Possibly truncated or corrupted zip archive"),
    N_("CRC error"),
    N_("Read error"),
    N_("Read error: %s"),
    N_("Seek error"),
    N_("Seek error: %s"),
    N_("Zlib error: %s"),
    N_("Compression method not supported"),
    N_("Encryption method not supported"),
    N_("Premature end of file"),
    N_("Compressed data invalid"),
    N_("Unexpected length of data"),
    /* expat */
    N_("syntax error"),
    N_("no element found"),
    N_("not well-formed (invalid token)"),
    N_("unclosed token"),
    N_("partial character"),
    N_("mismatched tag"),
    N_("duplicate attribute"),
    N_("junk after document element"),
    N_("undefined entity"),
    N_("reference to invalid character number"),
    N_("unknown encoding"),
    N_("unclosed CDATA section"),
    N_("unbound prefix"),
    /* libltdl */
    N_("file not found"),
    N_("can't open the module"),
    N_("symbol not found"),
    /* The system */
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("File exists"),
    N_("Directory not empty"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("Too many open files"),
    N_("Too many open files in system"),
    N_("File too large"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Broken pipe"),
    N_("Device or resource busy"),
    N_("Resource temporarily unavailable"),
    N_("Text file busy"),
    N_("Invalid argument"),
    N_("Bad file descriptor"),
    N_("No such device or address"),
    N_("Stale file handle"),
};

/* Words of Lua that stand inside those sentences. */
static const char *const words[] = {
    N_("global"),
    N_("local"),
    N_("field"),
    N_("upvalue"),
    N_("method"),
    N_("constant"),
    N_("metamethod"),
    N_("function"),
    N_("number"),
    N_("string"),
    N_("table"),
    N_("boolean"),
    N_("no value"),
    N_("value expected"),
    N_("value out of range"),
    N_("number has no integer representation"),
    N_("there are not so many items"),
    N_("position out of bounds"),
    N_("too many items to unpack"),
    N_("addresses are not available"),
    N_("nil or table"),
};

static bool match(const char *pattern, const char *text, struct shy_foreign_part *parts, int left)
{
    for (; *pattern != '\0'; pattern++, text++) {
        if (pattern[0] == '%' && pattern[1] == 's') {
            for (size_t n = 0; left > 0; n++) {
                parts[0] = (struct shy_foreign_part){text, n};
                if (match(pattern + 2, text + n, parts + 1, left - 1))
                    return true;
                if (text[n] == '\0')
                    break;
            }
            return false;
        }
        if (pattern[0] == '%' && pattern[1] == '%')
            pattern++;
        if (*pattern != *text)
            return false;
    }
    return *text == '\0';
}

bool shy_foreign_match(const char *pattern, const char *text,
                       struct shy_foreign_part parts[SHY_FOREIGN_PARTS])
{
    memset(parts, 0, SHY_FOREIGN_PARTS * sizeof *parts);
    return match(pattern, text, parts, SHY_FOREIGN_PARTS);
}

/* "%s" takes the next part, "%2$s" the second. Returns what follows the directive. */
static const char *take(const char *directive, size_t *next, size_t *index)
{
    if (directive[1] == 's') {
        *index = (*next)++;
        return directive + 2;
    }
    *index = (size_t)(directive[1] - '1');
    return directive + 4;
}

static bool is_directive(const char *p)
{
    return p[0] == '%' && (p[1] == 's' || (p[1] >= '1' && p[1] < '1' + SHY_FOREIGN_PARTS &&
                                           p[2] == '$' && p[3] == 's'));
}

void shy_foreign_fill(const char *translation, const struct shy_foreign_part *parts, char *out,
                      size_t size)
{
    size_t used = 0, next = 0;
    const char *p = translation;
    bool cut = false;
    while (*p != '\0' && used + 1 < size) {
        const char *piece = p;
        size_t length = 1, index = SHY_FOREIGN_PARTS;
        if (is_directive(p))
            p = take(p, &next, &index);
        else
            p += p[0] == '%' && p[1] == '%' ? 2 : 1;
        if (index < SHY_FOREIGN_PARTS) {
            piece = parts[index].text;
            length = parts[index].length;
        }
        cut = length > size - 1 - used;
        if (cut)
            length = size - 1 - used;
        if (length > 0)
            memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
    if (cut || *p != '\0')
        shy_copy_text(out, used, out, used); /* cuts no character in two */
}

static const char *find(const char *text, struct shy_foreign_part *parts)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (shy_foreign_match(patterns[i], text, parts))
            return patterns[i];
    return NULL;
}

bool shy_foreign_known(const char *text)
{
    struct shy_foreign_part parts[SHY_FOREIGN_PARTS];
    return find(text, parts) != NULL;
}

static void translate_word(struct shy_foreign_part *part)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == part->length && memcmp(words[i], part->text, part->length) == 0) {
            part->text = _(words[i]);
            part->length = strlen(part->text);
            return;
        }
    }
}

const char *shy_foreign(const char *text, char *out, size_t size)
{
    struct shy_foreign_part parts[SHY_FOREIGN_PARTS];
    const char *pattern = find(text, parts);
    const char *translation = pattern != NULL ? _(pattern) : NULL;
    if (translation == pattern)
        return text;
    for (size_t i = 0; i < SHY_FOREIGN_PARTS; i++)
        if (parts[i].text != NULL)
            translate_word(&parts[i]);
    shy_foreign_fill(translation, parts, out, size);
    return out;
}

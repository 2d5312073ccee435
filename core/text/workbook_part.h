/* SPDX-License-Identifier: MIT */
/* The package around a workbook: zip entries within limits, and the XML in them. Internal. */
#ifndef SHY_TEXT_WORKBOOK_PART_H
#define SHY_TEXT_WORKBOOK_PART_H

#include <expat.h>
#include <zip.h>

#include "core/base/mem.h"
#include "core/text/workbook.h"

struct shy_package {
    zip_t *zip;
    const char *name; /* of the file, for messages */
    struct shy_workbook_limits limits;
};

int shy_package_open(const char *path, const struct shy_workbook_limits *limits,
                     struct shy_package *out, struct shihyo_error *err);
int shy_package_open_bytes(const void *bytes, size_t size, const char *name,
                           const struct shy_workbook_limits *limits, struct shy_package *out,
                           struct shihyo_error *err);
void shy_package_close(struct shy_package *package);
/* Is there such a part? Names are without a leading slash; case does not count. */
bool shy_package_has(const struct shy_package *package, const char *part);

/*
 * XML is read by a grammar: an element means something only at its place, which a rule names by
 * its parent's tag. Whatever no rule names is skipped with all that is in it, which is how
 * phonetic readings (rPh) and extensions stay out.
 */
enum { SHY_TAG_NONE = 0, SHY_TAG_DOCUMENT = 1, SHY_TAG_FIRST = 2 };

struct shy_xml_rule {
    uint8_t parent;   /* SHY_TAG_DOCUMENT: the root element */
    uint8_t tag;      /* 0 ends the table */
    const char *name; /* without namespace */
};

struct shy_xml;
struct shy_xml_reader {
    const struct shy_xml_rule *rules;
    bool package; /* elements of the package's namespace, not of the spreadsheet's */
    void (*start)(struct shy_xml *xml, int tag, const char **attributes);
    void (*end)(struct shy_xml *xml, int tag);
    void (*text)(struct shy_xml *xml, int tag, const char *text, size_t length); /* may be NULL */
};

enum { SHY_XML_DEPTH = 256 };

/* One part being read. A handler that finds something wrong fills err and calls shy_xml_stop. */
struct shy_xml {
    XML_Parser parser;
    const struct shy_xml_reader *reader;
    const struct shy_workbook_limits *limits;
    void *arg;
    struct shihyo_error *err;
    int code; /* the failure that ended it */
    bool stopped;
    int depth;
    uint8_t path[SHY_XML_DEPTH];
};

int shy_package_read(const struct shy_package *package, const char *part,
                     const struct shy_xml_reader *reader, void *arg, struct shihyo_error *err);
/* The same for bytes that are no part of a package. */
int shy_xml_read_bytes(const void *bytes, size_t size, const struct shy_workbook_limits *limits,
                       const struct shy_xml_reader *reader, void *arg, struct shihyo_error *err);
/* Ends the reading; code 0 = well, before its end. */
void shy_xml_stop(struct shy_xml *xml, int code);
/* Value of an attribute without namespace, or NULL. */
const char *shy_xml_attribute(const char **attributes, const char *name);
/* Value of the attribute in one of the two namespaces of office relationships, or NULL. */
const char *shy_xml_relationship(const char **attributes, const char *name);
/* A whole number without sign of at most nine digits. */
bool shy_xml_number(const char *text, uint32_t *out);
/* "1" or "true". */
bool shy_xml_truth(const char *text);
/* Replaces _xHHHH_ by its character in place; returns the new length. */
size_t shy_xml_unescape(char *text, size_t length);

#endif

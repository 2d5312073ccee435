/* SPDX-License-Identifier: MIT */
/*
 * Sizes written in a zip are claims: their sum is checked when the file is opened, and each part
 * is held to its own claim while it is unpacked, so that the sum holds as well.
 */
#include "core/text/workbook_part.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/foreign.h"
#include "core/base/i18n.h"

const struct shy_workbook_limits shy_workbook_limits_default = {
    .total = UINT64_C(2) << 30,
    .part = UINT64_C(1) << 30,
    .ratio = 500,
    .parts = 65536,
    .strings = 1u << 24,
    .cells = UINT64_C(1) << 29,
    .cell_text = 1u << 20,
    .row_text = 64u << 20,
};

/* LONGEST_TOKEN: the parser keeps an unfinished tag whole, so that one tag of a gigabyte would be a
 * gigabyte of memory. RATIO_FROM: below it a high ratio is ordinary, an empty sheet packs to
 * nothing. */
enum { SIGNATURE = 8, CHUNK = 64 * 1024, LONGEST_TOKEN = 1 << 20, RATIO_FROM = 16 << 20 };

/* Opening -------------------------------------------------------------------------------- */

static int refuse_damaged(struct shihyo_error *err, const char *why)
{
    (void)shy_fail(err, SHY_E_XLSX_DAMAGED, _("The workbook is damaged or cut off: %s"), why);
    shy_hint(err, _("Get the file again, and compare its size with the publisher's."));
    return SHY_E_XLSX_DAMAGED;
}

static int refuse_protected(struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_XLSX_NOT,
                   _("The workbook is password-protected or an old .xls workbook."));
    shy_hint(err, _("Open it in a spreadsheet program and save it as .xlsx without a password."));
    return SHY_E_XLSX_NOT;
}

/* What the file is instead, by its first bytes. */
static int refuse_signature(const unsigned char *head, size_t length, struct shihyo_error *err)
{
    static const unsigned char ole[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    if (length == SIGNATURE && memcmp(head, ole, sizeof ole) == 0)
        return refuse_protected(err);
    if (length == 0) {
        (void)shy_fail(err, SHY_E_XLSX_NOT, _("The file is empty, not an xlsx workbook."));
        shy_hint(err, _("Get the file again, and compare its size with the publisher's."));
        return SHY_E_XLSX_NOT;
    }
    (void)shy_fail(err, SHY_E_XLSX_NOT, _("The file is not an xlsx workbook."));
    if (head[0] == '<')
        shy_hint(err, _("It looks like a web page: the download may have failed."));
    else
        shy_hint(err, _("If it is a text file, name it .csv; else save it again as .xlsx."));
    return SHY_E_XLSX_NOT;
}

/* "PK" begins an empty archive and one in pieces as well; libzip says what is wrong with those. */
static bool is_zip(const unsigned char *head, size_t length)
{
    return length >= 4 && memcmp(head, "PK", 2) == 0;
}

/* libzip's errors are of the file, of the system or of memory; each is somebody else's to mend. */
static int fail_zip(zip_error_t *error, const char *file, struct shihyo_error *err)
{
    int code = zip_error_code_zip(error), system = zip_error_code_system(error);
    char reason[128];
    if (code == ZIP_ER_MEMORY)
        return shy_fail_nomem(err);
    if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK)
        return shy_fail_os(err, system != 0 ? system : EIO, _("The file cannot be read"), file);
    if (code == ZIP_ER_NOZIP)
        return refuse_damaged(err, _("the directory at the end of the zip file is missing"));
    if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP)
        return refuse_protected(err);
    return refuse_damaged(err, shy_foreign(zip_error_strerror(error), reason, sizeof reason));
}

static int refuse_limit(struct shihyo_error *err, const char *what, uint64_t limit)
{
    /* TRANSLATORS: what is too much, and how much is allowed. */
    (void)shy_fail(err, SHY_E_XLSX_LIMIT,
                   _("The workbook holds more than allowed: %s (limit %llu)"), what,
                   (unsigned long long)limit);
    shy_hint(err, _("A table of this size is not expected; the file may be made to exhaust memory. "
                    "If it is real, split it or save it as CSV."));
    return SHY_E_XLSX_LIMIT;
}

/* A few kilobytes can unpack to petabytes: what the entries claim is added up before any is
 * opened. */
static int check_entries(const struct shy_package *p, struct shihyo_error *err)
{
    zip_int64_t count = zip_get_num_entries(p->zip, 0);
    uint64_t total = 0;
    if (count > (zip_int64_t)p->limits.parts)
        return refuse_limit(err, _("files in the zip"), p->limits.parts);
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t st;
        if (zip_stat_index(p->zip, (zip_uint64_t)i, 0, &st) != 0)
            return fail_zip(zip_get_error(p->zip), p->name, err);
        if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
            return refuse_protected(err);
        if (!(st.valid & ZIP_STAT_SIZE) || st.size > p->limits.total - total)
            return refuse_limit(err, _("bytes unpacked"), p->limits.total);
        total += st.size;
    }
    return 0;
}

static int open_source(zip_source_t *source, const unsigned char *head, size_t length,
                       struct shy_package *p, zip_error_t *error, struct shihyo_error *err)
{
    int code = 0;
    if (source == NULL)
        return fail_zip(error, p->name, err);
    if (!is_zip(head, length))
        code = refuse_signature(head, length, err);
    else if ((p->zip = zip_open_from_source(source, ZIP_RDONLY, error)) == NULL)
        code = fail_zip(error, p->name, err);
    if (p->zip == NULL) {
        zip_source_free(source);
        return code;
    }
    code = check_entries(p, err);
    if (code != 0)
        shy_package_close(p);
    return code;
}

/* The limits are copied, so that who opens the workbook may forget them. */
static void set_package(struct shy_package *p, const char *name,
                        const struct shy_workbook_limits *limits)
{
    *p = (struct shy_package){0};
    p->name = name;
    p->limits = limits == NULL ? shy_workbook_limits_default : *limits;
}

int shy_package_open(const char *path, const struct shy_workbook_limits *limits,
                     struct shy_package *out, struct shihyo_error *err)
{
    unsigned char head[SIGNATURE];
    zip_error_t error;
    set_package(out, path, limits);
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return shy_fail_os(err, errno, _("The file cannot be opened"), path);
    errno = 0;
    size_t length = fread(head, 1, sizeof head, file);
    int failure = ferror(file) ? errno : 0;
    (void)fclose(file);
    if (failure != 0)
        return shy_fail_os(err, failure, _("The file cannot be read"), path);
    zip_error_init(&error);
    zip_source_t *source = zip_source_file_create(path, 0, -1, &error);
    int code = open_source(source, head, length, out, &error, err);
    zip_error_fini(&error);
    if (code != 0)
        shy_at(err, path, 0, 0);
    return code;
}

int shy_package_open_bytes(const void *bytes, size_t size, const char *name,
                           const struct shy_workbook_limits *limits, struct shy_package *out,
                           struct shihyo_error *err)
{
    zip_error_t error;
    set_package(out, name, limits);
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &error);
    int code = open_source(source, bytes, size < SIGNATURE ? size : SIGNATURE, out, &error, err);
    zip_error_fini(&error);
    if (code != 0)
        shy_at(err, name, 0, 0);
    return code;
}

void shy_package_close(struct shy_package *package)
{
    if (package->zip != NULL)
        zip_discard(package->zip);
    package->zip = NULL;
}

/* By the exact name first; some programs write names in other letters than the relationships say.
 */
static zip_int64_t find_part(const struct shy_package *package, const char *part)
{
    zip_int64_t index = zip_name_locate(package->zip, part, ZIP_FL_ENC_GUESS);
    return index >= 0 ? index : zip_name_locate(package->zip, part, ZIP_FL_NOCASE);
}

bool shy_package_has(const struct shy_package *package, const char *part)
{
    return find_part(package, part) >= 0;
}

/* XML ------------------------------------------------------------------------------------ */

enum { NAMESPACE_MARK = '|' };

/* A namespace and what stands behind it in a name. Lengths are known when this is compiled: names
 * are looked at twice for each cell. */
struct xml_names {
    const char *text;
    size_t length;
};
#define XML_NAMES(text) \
    { \
        text "|", sizeof text \
    }

/* The transitional and the strict form of ECMA-376; nearly every file is of the first. */
static const struct xml_names sheet_namespaces[] = {
    XML_NAMES("http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    XML_NAMES("http://purl.oclc.org/ooxml/spreadsheetml/main"),
};
static const struct xml_names relation_namespaces[] = {
    XML_NAMES("http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    XML_NAMES("http://purl.oclc.org/ooxml/officeDocument/relationships"),
};
static const struct xml_names package_namespace =
    XML_NAMES("http://schemas.openxmlformats.org/package/2006/relationships");

/* The local part of namespace|local, or NULL where the namespace is another. */
static const char *local_name(const char *name, const struct xml_names *wanted)
{
    return strncmp(name, wanted->text, wanted->length) == 0 ? name + wanted->length : NULL;
}

static const char *element_name(const struct shy_xml *xml, const char *name)
{
    if (xml->reader->package)
        return local_name(name, &package_namespace);
    const char *local = local_name(name, &sheet_namespaces[0]);
    return local != NULL ? local : local_name(name, &sheet_namespaces[1]);
}

/* Names are a letter or two, and most differ in the first: that is looked at without a call. */
static bool same_name(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

/* An element counts only below the one its rule names: <v> outside of a cell is somebody else's.
 * Below one that no rule knows nothing counts, whatever it is called. */
static uint8_t find_tag(const struct shy_xml *xml, const char *name)
{
    uint8_t parent = xml->depth == 0 ? SHY_TAG_DOCUMENT : xml->path[xml->depth - 1];
    if (parent == SHY_TAG_NONE)
        return SHY_TAG_NONE;
    const char *local = element_name(xml, name);
    if (local == NULL)
        return SHY_TAG_NONE;
    for (const struct shy_xml_rule *rule = xml->reader->rules; rule->tag != 0; rule++) {
        if (rule->parent == parent && same_name(rule->name, local))
            return rule->tag;
    }
    return SHY_TAG_NONE;
}

/* The parser calls some handlers more after it was told to stop; `stopped` keeps them quiet. */
void shy_xml_stop(struct shy_xml *xml, int code)
{
    if (xml->stopped)
        return;
    xml->stopped = true;
    xml->code = code;
    (void)XML_StopParser(xml->parser, XML_FALSE);
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    struct shy_xml *xml = arg;
    if (xml->stopped)
        return;
    if (xml->depth == SHY_XML_DEPTH) {
        shy_xml_stop(xml, refuse_limit(xml->err, _("elements within each other"), SHY_XML_DEPTH));
        return;
    }
    uint8_t tag = find_tag(xml, name);
    if (xml->depth == 0 && tag == SHY_TAG_NONE) {
        shy_xml_stop(xml, shy_fail(xml->err, SHY_E_XLSX_XML,
                                   _("The root element is not the one that this part must have.")));
        return;
    }
    xml->path[xml->depth++] = tag;
    if (tag != SHY_TAG_NONE)
        xml->reader->start(xml, tag, attributes);
}

static void on_end(void *arg, const char *name)
{
    struct shy_xml *xml = arg;
    (void)name;
    if (xml->stopped)
        return;
    uint8_t tag = xml->path[--xml->depth];
    if (tag != SHY_TAG_NONE)
        xml->reader->end(xml, tag);
}

static void on_text(void *arg, const char *text, int length)
{
    struct shy_xml *xml = arg;
    uint8_t tag = xml->depth == 0 ? SHY_TAG_NONE : xml->path[xml->depth - 1];
    if (!xml->stopped && tag != SHY_TAG_NONE)
        xml->reader->text(xml, tag, text, (size_t)length);
}

/* Entities that grow without end need a document type; a workbook never has one. */
static void on_doctype(void *arg, const char *name, const char *system_id, const char *public_id,
                       int internal_subset)
{
    struct shy_xml *xml = arg;
    (void)name, (void)system_id, (void)public_id, (void)internal_subset;
    if (xml->stopped)
        return;
    int code = shy_fail(xml->err, SHY_E_XLSX_XML,
                        _("The XML declares a document type, which a workbook must not do."));
    shy_hint(xml->err, _("The file was not written by a spreadsheet program; do not trust it."));
    shy_xml_stop(xml, code);
}

static void *xml_alloc(size_t size)
{
    return shy_alloc(size, 1);
}

static void *xml_realloc(void *p, size_t size)
{
    return shy_realloc(p, size, 1);
}

static int fail_xml(struct shy_xml *xml)
{
    enum XML_Error error = XML_GetErrorCode(xml->parser);
    char reason[128];
    if (error == XML_ERROR_NO_MEMORY)
        return shy_fail_nomem(xml->err);
    (void)shy_fail(xml->err, SHY_E_XLSX_XML,
                   _("The XML is not well-formed: %s (line %lu, column %lu)"),
                   shy_foreign(XML_ErrorString(error), reason, sizeof reason),
                   XML_GetCurrentLineNumber(xml->parser), XML_GetCurrentColumnNumber(xml->parser));
    shy_hint(xml->err, _("Open the workbook in a spreadsheet program and save it again."));
    return SHY_E_XLSX_XML;
}

/* Bytes come from a zip entry or from memory. */
struct byte_source {
    zip_file_t *file;
    const char *bytes;
    uint64_t left; /* of bytes; or how many the entry may still give */
};

static int64_t next_bytes(struct byte_source *source, char *out)
{
    if (source->file != NULL)
        return zip_fread(source->file, out, CHUNK);
    size_t count = source->left < CHUNK ? (size_t)source->left : CHUNK;
    if (count > 0)
        memcpy(out, source->bytes, count);
    source->bytes += count;
    return (int64_t)count;
}

/* An unfinished token is kept by the parser until it ends: here it must end soon. */
static bool token_too_long(const struct shy_xml *xml, uint64_t fed)
{
    XML_Index at = XML_GetCurrentByteIndex(xml->parser);
    return at >= 0 && fed > (uint64_t)at && fed - (uint64_t)at > LONGEST_TOKEN;
}

/* In pieces through the parser's own buffer: a sheet of a gigabyte needs 64 KiB. */
static int feed(struct shy_xml *xml, struct byte_source *source)
{
    uint64_t fed = 0;
    for (;;) {
        char *buffer = XML_GetBuffer(xml->parser, CHUNK);
        if (buffer == NULL)
            return shy_fail_nomem(xml->err);
        int64_t count = next_bytes(source, buffer);
        if (count < 0)
            return fail_zip(zip_file_get_error(source->file), NULL, xml->err);
        if ((uint64_t)count > source->left)
            return refuse_damaged(xml->err, _("a part unpacks to more than the file says"));
        source->left -= (uint64_t)count;
        fed += (uint64_t)count;
        enum XML_Status status = XML_ParseBuffer(xml->parser, (int)count, count == 0);
        if (xml->stopped)
            return xml->code;
        if (status != XML_STATUS_OK)
            return fail_xml(xml);
        if (count == 0)
            return 0;
        if (token_too_long(xml, fed))
            return refuse_limit(xml->err, _("bytes of one tag"), LONGEST_TOKEN);
    }
}

static int read_xml(struct byte_source *source, const struct shy_workbook_limits *limits,
                    const struct shy_xml_reader *reader, void *arg, struct shihyo_error *err)
{
    static const XML_Memory_Handling_Suite memory = {xml_alloc, xml_realloc, shy_free};
    const char mark[] = {NAMESPACE_MARK, '\0'};
    struct shy_xml xml = {.reader = reader, .limits = limits, .arg = arg, .err = err};
    xml.parser = XML_ParserCreate_MM(NULL, &memory, mark);
    if (xml.parser == NULL)
        return shy_fail_nomem(err);
    XML_SetUserData(xml.parser, &xml);
    XML_SetElementHandler(xml.parser, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
    if (reader->text != NULL)
        XML_SetCharacterDataHandler(xml.parser, on_text);
    int code = feed(&xml, source);
    XML_ParserFree(xml.parser);
    return code;
}

static int open_part(const struct shy_package *p, const char *part, struct byte_source *out,
                     struct shihyo_error *err)
{
    zip_stat_t st;
    zip_int64_t index = find_part(p, part);
    if (index < 0) {
        (void)shy_fail(err, SHY_E_XLSX_DAMAGED, _("The workbook lacks its part '%s'."), part);
        shy_hint(err, _("Open the workbook in a spreadsheet program and save it again."));
        return SHY_E_XLSX_DAMAGED;
    }
    if (zip_stat_index(p->zip, (zip_uint64_t)index, 0, &st) != 0)
        return fail_zip(zip_get_error(p->zip), p->name, err);
    if (st.size > p->limits.part)
        return refuse_limit(err, _("bytes of one part"), p->limits.part);
    if (st.size > RATIO_FROM && st.size / p->limits.ratio > st.comp_size)
        return refuse_limit(err, _("bytes unpacked for each byte of the file"), p->limits.ratio);
    out->file = zip_fopen_index(p->zip, (zip_uint64_t)index, 0);
    if (out->file == NULL)
        return fail_zip(zip_get_error(p->zip), p->name, err);
    out->left = st.size;
    return 0;
}

int shy_package_read(const struct shy_package *package, const char *part,
                     const struct shy_xml_reader *reader, void *arg, struct shihyo_error *err)
{
    struct byte_source source = {0};
    int code = open_part(package, part, &source, err);
    if (code == 0)
        code = read_xml(&source, &package->limits, reader, arg, err);
    if (source.file != NULL)
        (void)zip_fclose(source.file);
    if (code == SHY_E_XLSX_XML)
        shy_context(err, _("The part '%s' of the workbook cannot be read"), part);
    if (code != 0)
        shy_at(err, package->name, 0, 0);
    return code;
}

int shy_xml_read_bytes(const void *bytes, size_t size, const struct shy_workbook_limits *limits,
                       const struct shy_xml_reader *reader, void *arg, struct shihyo_error *err)
{
    struct byte_source source = {NULL, bytes, size};
    return read_xml(&source, limits, reader, arg, err);
}

/* Values --------------------------------------------------------------------------------- */

const char *shy_xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        if (same_name(attributes[0], name))
            return attributes[1];
    }
    return NULL;
}

const char *shy_xml_relationship(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        for (size_t i = 0; i < 2; i++) {
            const char *local = local_name(attributes[0], &relation_namespaces[i]);
            if (local != NULL && strcmp(local, name) == 0)
                return attributes[1];
        }
    }
    return NULL;
}

/* Nine digits always fit, so no overflow has to be looked for. */
bool shy_xml_number(const char *text, uint32_t *out)
{
    uint32_t value = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9' && i < 9; i++)
        value = value * 10 + (uint32_t)(text[i] - '0');
    if (i == 0 || text[i] != '\0')
        return false;
    *out = value;
    return true;
}

bool shy_xml_truth(const char *text)
{
    return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* Value of the four hexadecimal digits of _xHHHH_ at text, or -1. ECMA-376 part 1, 22.9.2.19
 * (ST_Xstring): characters that XML cannot hold, such as a line break as _x000D_, and an underscore
 * that would look like one of these, as _x005F_. */
static int32_t escaped_unit(const char *text, size_t length)
{
    int32_t value = 0;
    if (length < 7 || text[0] != '_' || text[1] != 'x' || text[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        char c = text[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* NUL, halves of surrogate pairs and U+FFFE, U+FFFF are no characters: they stay as written. */
static bool is_character(int32_t unit)
{
    return unit > 0 && !(unit >= 0xd800 && unit <= 0xdfff) && unit < 0xfffe;
}

size_t shy_xml_unescape(char *text, size_t length)
{
    size_t used = 0, i = 0;
    if (length < 7 || memchr(text, '_', length) == NULL)
        return length;
    while (i < length) {
        int32_t unit = text[i] == '_' ? escaped_unit(text + i, length - i) : -1;
        if (!is_character(unit)) {
            text[used++] = text[i++];
            continue;
        }
        used += put_utf8(text + used, (uint32_t)unit);
        i += 7;
    }
    return used;
}

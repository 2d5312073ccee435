/* SPDX-License-Identifier: MIT */
/*
 * Opening: the package names its main part, that part's relationships name the sheets, the shared
 * strings and the styles. File names inside the zip mean nothing.
 */
#include "core/text/workbook_internal.h"

#include <string.h>

#include "core/base/i18n.h"

/* Relationships -------------------------------------------------------------------------- */

struct relation {
    const char *id, *type, *target; /* type: its last word; target: a part's name */
};

struct relations {
    struct shy_arena *arena;
    const char *source; /* the part they belong to; "" = the package */
    struct relation *items;
    size_t count, capacity;
};

enum { TAG_RELATIONS = SHY_TAG_FIRST, TAG_RELATION, MOST_RELATIONS = 16384 };

static const struct shy_xml_rule relation_rules[] = {
    {SHY_TAG_DOCUMENT, TAG_RELATIONS, "Relationships"},
    {TAG_RELATIONS, TAG_RELATION, "Relationship"},
    {0, 0, NULL},
};

/* Takes the last segment off name[0..length), with its slash. */
static size_t parent_length(const char *name, size_t length)
{
    while (length > 0 && name[length - 1] != '/')
        length--;
    return length > 0 ? length - 1 : 0;
}

/* The part that target means, seen from source: absolute, or relative to source's folder, with
 * . and .. resolved. No leading slash. */
static char *resolve_target(struct shy_arena *arena, const char *source, const char *target)
{
    size_t room = strlen(source) + strlen(target) + 2, used = 0;
    char *out = shy_arena_alloc(arena, room, 1);
    if (out == NULL)
        return NULL;
    if (target[0] != '/') {
        used = parent_length(source, strlen(source));
        memcpy(out, source, used);
    }
    while (*target != '\0') {
        size_t length = strcspn(target, "/");
        if (length == 2 && memcmp(target, "..", 2) == 0) {
            used = parent_length(out, used);
        } else if (length > 0 && !(length == 1 && target[0] == '.')) {
            if (used > 0)
                out[used++] = '/';
            memcpy(out + used, target, length);
            used += length;
        }
        target += length + (target[length] == '/' ? 1 : 0);
    }
    out[used] = '\0';
    return out;
}

static void on_relation(struct shy_xml *xml, int tag, const char **attributes)
{
    struct relations *list = xml->arg;
    const char *id = shy_xml_attribute(attributes, "Id");
    const char *type = shy_xml_attribute(attributes, "Type");
    const char *target = shy_xml_attribute(attributes, "Target");
    const char *mode = shy_xml_attribute(attributes, "TargetMode");
    if (tag != TAG_RELATION || id == NULL || type == NULL || target == NULL ||
        (mode != NULL && strcmp(mode, "External") == 0))
        return;
    if (list->count == MOST_RELATIONS) {
        shy_xml_stop(xml, shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                                   _("The workbook has more than %d relationships."),
                                   (int)MOST_RELATIONS));
        return;
    }
    const char *slash = strrchr(type, '/');
    struct relation r = {
        .id = shy_arena_strdup(list->arena, id),
        .type = shy_arena_strdup(list->arena, slash == NULL ? type : slash + 1),
        .target = resolve_target(list->arena, list->source, target),
    };
    if (r.id == NULL || r.type == NULL || r.target == NULL ||
        !SHY_GROW(list->items, list->count, list->capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
        return;
    }
    list->items[list->count++] = r;
}

static void on_end(struct shy_xml *xml, int tag)
{
    (void)xml, (void)tag;
}

/* source "" = the package itself. The caller frees items. */
static int read_relations(const struct shy_package *package, const char *source,
                          struct shy_arena *arena, struct relations *out, struct shihyo_error *err)
{
    static const struct shy_xml_reader reader = {relation_rules, true, on_relation, on_end, NULL};
    struct shy_text name = {0};
    size_t folder = parent_length(source, strlen(source));
    *out = (struct relations){.arena = arena, .source = source};
    shy_text_add(&name, source, folder);
    shy_text_addf(&name, "%s_rels/%s.rels", folder > 0 ? "/" : "",
                  source + folder + (folder > 0 ? 1 : 0));
    int code = name.failed ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = shy_package_read(package, name.text, &reader, out, err);
    shy_text_free(&name);
    return code;
}

/* Linear: a workbook has some dozens of parts, and MOST_RELATIONS bounds the rest. */
static const struct relation *relation_by_id(const struct relations *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].id, id) == 0)
            return &list->items[i];
    }
    return NULL;
}

static const char *target_by_type(const struct relations *list, const char *type)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].type, type) == 0)
            return list->items[i].target;
    }
    return NULL;
}

/* The list of sheets --------------------------------------------------------------------- */

enum { TAG_WORKBOOK = SHY_TAG_FIRST, TAG_PROPERTIES, TAG_SHEETS, TAG_SHEET };

static const struct shy_xml_rule workbook_rules[] = {
    {SHY_TAG_DOCUMENT, TAG_WORKBOOK, "workbook"},
    {TAG_WORKBOOK, TAG_PROPERTIES, "workbookPr"},
    {TAG_WORKBOOK, TAG_SHEETS, "sheets"},
    {TAG_SHEETS, TAG_SHEET, "sheet"},
    {0, 0, NULL},
};

struct sheet_reader {
    struct shihyo_workbook *wb;
    const struct relations *relations;
};

static void add_sheet(struct shy_xml *xml, struct sheet_reader *r, const char **attributes)
{
    struct shihyo_workbook *wb = r->wb;
    const char *name = shy_xml_attribute(attributes, "name");
    const char *id = shy_xml_relationship(attributes, "id");
    const char *state = shy_xml_attribute(attributes, "state");
    const struct relation *relation = id == NULL ? NULL : relation_by_id(r->relations, id);
    if (name == NULL || relation == NULL) {
        int code = shy_fail(xml->err, SHY_E_XLSX_DAMAGED,
                            _("The workbook names a sheet that is not in it: '%s'."),
                            name == NULL ? "" : name);
        shy_hint(xml->err, _("Open the workbook in a spreadsheet program and save it again."));
        shy_xml_stop(xml, code);
        return;
    }
    if (wb->sheet_count == MOST_RELATIONS) {
        shy_xml_stop(xml,
                     shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                              _("The workbook has more than %d sheets."), (int)MOST_RELATIONS));
        return;
    }
    char *copy = shy_arena_strdup(&wb->names, name);
    if (copy == NULL || !SHY_GROW(wb->sheets, wb->sheet_count, wb->sheet_capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
        return;
    }
    copy[shy_xml_unescape(copy, strlen(copy))] = '\0';
    wb->sheets[wb->sheet_count++] = (struct shy_sheet){
        .name = copy,
        .part = strcmp(relation->type, "worksheet") == 0 ? relation->target : NULL,
        .hidden = state != NULL && strcmp(state, "visible") != 0,
    };
}

static void on_workbook(struct shy_xml *xml, int tag, const char **attributes)
{
    struct sheet_reader *r = xml->arg;
    if (tag == TAG_SHEET)
        add_sheet(xml, r, attributes);
    else if (tag == TAG_PROPERTIES)
        r->wb->date1904 = shy_xml_truth(shy_xml_attribute(attributes, "date1904"));
}

/* What else a zip may be, to say so. */
static int refuse_other(const struct shy_package *package, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_XLSX_NOT, _("The file is a zip file, but not an xlsx workbook."));
    if (shy_package_has(package, "mimetype"))
        shy_hint(err, _("It may be an OpenDocument file; save it as .xlsx."));
    else
        shy_hint(err, _("If it is an archive, unpack it and name the workbook inside."));
    shy_at(err, package->name, 0, 0);
    return SHY_E_XLSX_NOT;
}

/* By the relationship, as ECMA-376 part 2 wants it: the name xl/workbook.xml is a habit of one
 * program. */
static int find_main_part(struct shihyo_workbook *wb, const char **out, struct shihyo_error *err)
{
    struct relations list;
    if (!shy_package_has(&wb->package, "_rels/.rels"))
        return refuse_other(&wb->package, err);
    int code = read_relations(&wb->package, "", &wb->names, &list, err);
    *out = code == 0 ? target_by_type(&list, "officeDocument") : NULL;
    shy_free(list.items);
    if (code != 0)
        return code;
    if (*out == NULL)
        return refuse_other(&wb->package, err);
    size_t length = strlen(*out);
    if (length > 4 && strcmp(*out + length - 4, ".bin") == 0) {
        (void)shy_fail(err, SHY_E_XLSX_NOT, _("The file is a binary workbook (.xlsb), not .xlsx."));
        shy_hint(err, _("Open it in a spreadsheet program and save it as .xlsx."));
        shy_at(err, wb->package.name, 0, 0);
        return SHY_E_XLSX_NOT;
    }
    return 0;
}

/* The strings before any sheet: cells name them by number. */
static int read_parts(struct shihyo_workbook *wb, const char *main_part,
                      const struct relations *relations, struct shihyo_error *err)
{
    static const struct shy_xml_reader reader = {workbook_rules, false, on_workbook, on_end, NULL};
    struct sheet_reader sheets = {wb, relations};
    SHY_TRY(shy_package_read(&wb->package, main_part, &reader, &sheets, err));
    const char *strings = target_by_type(relations, "sharedStrings");
    if (strings != NULL)
        SHY_TRY(shy_strings_read(&wb->package, strings, &wb->strings, err));
    const char *styles = target_by_type(relations, "styles");
    if (styles != NULL)
        SHY_TRY(shy_styles_read(&wb->package, styles, &wb->styles, err));
    return 0;
}

static int load(struct shihyo_workbook *wb, struct shihyo_error *err)
{
    struct relations relations;
    const char *main_part;
    SHY_TRY(find_main_part(wb, &main_part, err));
    int code = read_relations(&wb->package, main_part, &wb->names, &relations, err);
    if (code == 0)
        code = read_parts(wb, main_part, &relations, err);
    shy_free(relations.items);
    if (code == 0 && wb->sheet_count == 0) {
        code = shy_fail(err, SHY_E_XLSX_DAMAGED, _("The workbook has no sheets."));
        shy_at(err, wb->package.name, 0, 0);
    }
    return code;
}

/* Interface ------------------------------------------------------------------------------ */

/* bytes NULL: the file of that name. */
static int open_workbook(const void *bytes, size_t size, const char *name,
                         const struct shy_workbook_limits *limits, struct shihyo_workbook **out,
                         struct shihyo_error *err)
{
    *out = NULL;
    struct shihyo_workbook *wb = shy_alloc(1, sizeof *wb);
    if (wb == NULL)
        return shy_fail_nomem(err);
    int code = 0;
    const char *copy = shy_arena_strdup(&wb->names, name);
    if (copy == NULL)
        code = shy_fail_nomem(err);
    else if (bytes == NULL)
        code = shy_package_open(copy, limits, &wb->package, err);
    else
        code = shy_package_open_bytes(bytes, size, copy, limits, &wb->package, err);
    if (code == 0)
        code = load(wb, err);
    if (code != 0) {
        shy_workbook_close(wb);
        return code;
    }
    *out = wb;
    return 0;
}

int shy_workbook_open(const char *path, const struct shy_workbook_limits *limits,
                      struct shihyo_workbook **out, struct shihyo_error *err)
{
    return open_workbook(NULL, 0, path, limits, out, err);
}

int shy_workbook_open_bytes(const void *bytes, size_t size, const char *name,
                            const struct shy_workbook_limits *limits, struct shihyo_workbook **out,
                            struct shihyo_error *err)
{
    return open_workbook(bytes, size, name, limits, out, err);
}

void shy_workbook_close(struct shihyo_workbook *wb)
{
    if (wb == NULL)
        return;
    shy_package_close(&wb->package);
    shy_strings_free(&wb->strings);
    shy_styles_free(&wb->styles);
    shy_free(wb->sheets);
    shy_arena_free(&wb->names);
    shy_free(wb);
}

size_t shy_workbook_sheet_count(const struct shihyo_workbook *wb)
{
    return wb->sheet_count;
}

const char *shy_workbook_sheet_name(const struct shihyo_workbook *wb, size_t sheet)
{
    return sheet < wb->sheet_count ? wb->sheets[sheet].name : NULL;
}

bool shy_workbook_sheet_hidden(const struct shihyo_workbook *wb, size_t sheet)
{
    return sheet < wb->sheet_count && wb->sheets[sheet].hidden;
}

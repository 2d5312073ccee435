/* SPDX-License-Identifier: MIT */
/* An open source: the plugin's functions, and checks of what they return. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/plugin/internal.h"
#include "core/plugin/persons.h"
#include "core/plugin/source_read.h"

/* What a plugin said about a failure, made safe to print and put into words of ours. */
int shy_source_fail(struct shy_source *s, const struct shy_contract *contract,
                    const struct shihyo_error *said, int status, const char *function,
                    struct shihyo_error *err)
{
    struct shihyo_error clean = *said;
    clean.struct_size = sizeof clean;
    clean.abi_version = SHIHYO_ABI_VERSION;
    clean.message[sizeof clean.message - 1] = clean.file[sizeof clean.file - 1] = '\0';
    clean.sheet[sizeof clean.sheet - 1] = clean.column_name[sizeof clean.column_name - 1] = '\0';
    clean.value[sizeof clean.value - 1] = clean.hint[sizeof clean.hint - 1] = '\0';
    if (strcmp(shy_code_name((int)clean.code), "UNKNOWN") == 0)
        clean.code = shy_status_code(status);
    if (contract != NULL && contract->person_level)
        shy_persons_veil(contract, &clean);
    else if (contract == NULL && s->persons && !shy_persons_before_rows(clean.code))
        shy_persons_veil(NULL, &clean);
    if (clean.message[0] == '\0')
        (void)snprintf(clean.message, sizeof clean.message,
                       _("The plugin '%s' failed in '%s' and did not say why."), s->plugin->name,
                       function);
    if (err != NULL)
        *err = clean;
    shy_context(err, _("Source '%s'"), s->name);
    return (int)clean.code;
}

int shy_source_broken(struct shy_source *s, struct shihyo_error *err, const char *what)
{
    (void)shy_fail(err, SHY_E_PLUGIN_STREAM, _("Source '%s': the plugin '%s' %s"), s->name,
                   s->plugin->name, what);
    return SHY_E_PLUGIN_STREAM;
}

/* Opening -------------------------------------------------------------------------------- */

int shy_source_open(struct shy_plugin *plugin, const char *name, const struct shy_options *options,
                    struct shy_source **out, struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    *out = NULL;
    struct shy_source *s = shy_alloc(1, sizeof *s);
    if (s == NULL)
        return shy_fail_nomem(err);
    s->plugin = plugin;
    s->name = shy_strdup(name);
    s->declared = shy_catalogue_new();
    if (s->name == NULL || s->declared == NULL || pthread_mutex_init(&s->lock, NULL) != 0) {
        shy_catalogue_free(s->declared);
        shy_free(s->name);
        shy_free(s);
        return shy_fail_nomem(err);
    }
    shy_host_init(&s->host, s);
    s->persons = shy_persons_offered(plugin->descriptor, true);
    shy_persons_begin(s->persons);
    int status = plugin->descriptor->open(&s->host.host, s->name, shy_options_root(options),
                                          &s->inner, &said);
    shy_persons_end(s->persons, s->name);
    int code = 0;
    if (status != 0)
        code = shy_source_fail(s, NULL, &said, status, "open", err);
    else if (s->inner == NULL)
        code = shy_source_broken(s, err, _("opened without an error and gave no source."));
    if (code != 0) {
        /* What open leaves behind on failure is the plugin's own to free. */
        s->inner = NULL;
        shy_source_close(s);
        return code;
    }
    *out = s;
    return 0;
}

void shy_source_close(struct shy_source *s)
{
    if (s == NULL)
        return;
    shy_persons_begin(s->persons);
    if (s->inner != NULL)
        s->plugin->descriptor->close(s->inner);
    shy_persons_end(s->persons, s->name);
    shy_catalogue_free(s->declared);
    shy_arena_free(&s->arena);
    (void)pthread_mutex_destroy(&s->lock);
    shy_free(s->name);
    shy_free(s);
}

/* A contract is one table of its source; NULL where the source has not told its tables, or has no
 * such one. */
static _Atomic int64_t *rounded_of(const struct shy_source *s, const char *contract)
{
    for (size_t i = 0; i < s->table_count; i++) {
        if (strcmp(s->tables[i].contract, contract) == 0)
            return &s->rounded[i];
    }
    return NULL;
}

void shy_source_add_rounded(struct shy_source *s, const char *contract, int64_t count)
{
    _Atomic int64_t *rounded = rounded_of(s, contract);
    if (rounded != NULL)
        atomic_fetch_add(rounded, count);
}

int64_t shy_source_rounded(const struct shy_source *s, const char *contract)
{
    _Atomic int64_t *rounded = rounded_of(s, contract);
    return rounded == NULL ? 0 : atomic_load(rounded);
}

/* Files ---------------------------------------------------------------------------------- */

/* A copy at our size of count sized structs; NULL and err filled where that cannot be. */
static void *take_array(struct shy_source *s, const void *foreign, size_t count, size_t size,
                        struct shihyo_error *err)
{
    char *copies = shy_arena_alloc(&s->arena, count, size);
    if (copies == NULL) {
        (void)shy_fail_nomem(err);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const void *from = i == 0 ? foreign : shy_struct_at(foreign, i);
        if (foreign == NULL || !shy_struct_take(from, copies + i * size, size)) {
            (void)shy_source_broken(s, err, _("gave a list of structs without their size."));
            return NULL;
        }
    }
    return copies;
}

/* Asked each time: a plugin may learn of more files while it reads. The copies stay until the
 * source is closed, as a plugin's own strings do. */
int shy_source_files(struct shy_source *s, const struct shihyo_file **files, size_t *count,
                     struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    const struct shihyo_file *given = NULL;
    *files = NULL;
    *count = 0;
    bool persons = s->persons;
    shy_persons_begin(persons);
    int status = s->plugin->descriptor->files(s->inner, &given, count, &said);
    shy_persons_end(persons, s->name);
    if (status != 0)
        return shy_source_fail(s, NULL, &said, status, "files", err);
    (void)pthread_mutex_lock(&s->lock);
    struct shihyo_file *copies = take_array(s, given, *count, sizeof *copies, err);
    (void)pthread_mutex_unlock(&s->lock);
    if (copies == NULL)
        return err == NULL || err->code == 0 ? SHY_E_PLUGIN_STREAM : (int)err->code;
    for (size_t i = 0; i < *count; i++) {
        if (copies[i].path == NULL)
            return shy_source_broken(s, err, _("gave a file without a path."));
    }
    *files = copies;
    return 0;
}

/* Contracts the source declares ---------------------------------------------------------- */

struct column_kind {
    const char *name;
    enum shy_type type;
    enum shy_role role;
};

static const struct column_kind column_kinds[] = {
    {"area", SHY_CODE_T, SHY_ROLE_AREA},
    {"area_set", SHY_CODE_T, SHY_ROLE_AREA_SET},
    {"bool", SHY_BOOL_T, SHY_ROLE_NONE},
    {"code", SHY_CODE_T, SHY_ROLE_NONE},
    {"date", SHY_DATE_T, SHY_ROLE_NONE},
    {"decimal", SHY_DECIMAL_T, SHY_ROLE_NONE},
    {"institution", SHY_CODE_T, SHY_ROLE_INSTITUTION},
    {"int", SHY_INT_T, SHY_ROLE_NONE},
    {"month", SHY_MONTH_T, SHY_ROLE_MONTH},
    {"period", SHY_PERIOD_T, SHY_ROLE_PERIOD},
    {"text", SHY_TEXT_T, SHY_ROLE_NONE},
};

/* The type names of the interface are types and roles of ours in one. */
static int take_column(struct shy_source *s, const char *contract,
                       const struct shihyo_column_info *info, struct shy_column *out,
                       struct shihyo_error *err)
{
    for (size_t i = 0; i < sizeof column_kinds / sizeof column_kinds[0]; i++) {
        const struct column_kind *kind = &column_kinds[i];
        if (info->type == NULL || strcmp(info->type, kind->name) != 0)
            continue;
        *out = (struct shy_column){
            .name = info->name,
            .type = kind->type,
            .role = kind->role,
            .flags = info->flags & (SHY_COLUMN_NULLABLE | SHY_COLUMN_MEASURE | SHY_COLUMN_KEY),
            .scale = kind->type == SHY_DECIMAL_T ? info->scale : 0,
            .label_ja = info->label.ja,
            .label_en = info->label.en,
            .unit = info->unit,
            .min = 1,
            .max = 0,
        };
        /* A measure that is masked or missing has no value: it must be able to have none. */
        if ((out->flags & SHY_COLUMN_MEASURE) != 0)
            out->flags |= SHY_COLUMN_NULLABLE;
        return 0;
    }
    (void)shy_source_broken(s, err, _("declares a column of a type that there is not."));
    shy_at_column(err, info->name);
    shy_context(err, "%s", contract);
    return SHY_E_PLUGIN_STREAM;
}

/* Into the source's own catalogue, from which builders and streams take it; the project's gets a
 * copy when it asks for the tables. */
static int declare(struct shy_source *s, const struct shihyo_table_info *table,
                   struct shihyo_error *err)
{
    const struct shihyo_column_info *infos =
        take_array(s, table->columns, table->column_count, sizeof *infos, err);
    struct shy_column *columns = shy_arena_alloc(&s->arena, table->column_count, sizeof *columns);
    if (infos == NULL)
        return err == NULL || err->code == 0 ? SHY_E_PLUGIN_STREAM : (int)err->code;
    if (columns == NULL)
        return shy_fail_nomem(err);
    if (strncmp(table->contract, "facts.", 6) != 0)
        return shy_source_broken(
            s, err, _("declares columns for a contract whose id does not begin with 'facts.'."));
    for (size_t i = 0; i < table->column_count; i++)
        SHY_TRY(take_column(s, table->contract, &infos[i], &columns[i], err));
    const struct shy_contract contract = {
        .id = table->contract,
        .person_level = shy_source_offer(s, table->contract)->person_level != 0,
        .label_ja = table->label.ja,
        .label_en = table->label.en,
        .description = "",
        .basis = table->basis,
        .not_additive = table->not_additive,
        .clock = table->clock,
        .columns = columns,
        .column_count = table->column_count,
    };
    return shy_catalogue_declare(s->declared, &contract, err);
}

/* Tables --------------------------------------------------------------------------------- */

/* An offer of the contract by name goes before "*". */
const struct shihyo_offer *shy_source_offer(const struct shy_source *s, const char *contract)
{
    const struct shihyo_offer *const *offers = s->plugin->descriptor->capabilities->offers;
    const struct shihyo_offer *any = NULL;
    for (; *offers != NULL; offers++) {
        if (strcmp((*offers)->contract, contract) == 0)
            return *offers;
        if (strcmp((*offers)->contract, "*") == 0)
            any = *offers;
    }
    return any;
}

/* *persons: becomes true for a table about persons. */
static int check_table(struct shy_source *s, const struct shihyo_table_info *tables, size_t i,
                       bool *persons, struct shihyo_error *err)
{
    const struct shihyo_table_info *table = &tables[i];
    const struct shy_contract *contract;
    if (table->contract == NULL)
        return shy_source_broken(s, err, _("gave a table without a contract."));
    if (table->splits == 0)
        return shy_source_broken(s, err, _("gave a table that cannot be read in any split."));
    if (shy_source_offer(s, table->contract) == NULL)
        return shy_source_broken(s, err, _("gave a table that its capabilities do not offer."));
    for (size_t k = 0; k < i; k++) {
        if (strcmp(tables[k].contract, table->contract) == 0)
            return shy_source_broken(s, err, _("gave two tables of one contract."));
    }
    if (table->columns != NULL)
        SHY_TRY(declare(s, table, err));
    SHY_TRY(shy_catalogue_require(s->declared, table->contract, &contract, err));
    *persons = *persons || contract->person_level;
    return 0;
}

/* Under the source's lock. */
static int learn_tables(struct shy_source *s, struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    const struct shihyo_table_info *given = NULL;
    size_t count = 0;
    bool persons = shy_persons_offered(s->plugin->descriptor, false);
    shy_persons_begin(s->persons);
    int status = s->plugin->descriptor->tables(s->inner, &given, &count, &said);
    shy_persons_end(s->persons, s->name);
    if (status != 0)
        return shy_source_fail(s, NULL, &said, status, "tables", err);
    struct shihyo_table_info *tables = take_array(s, given, count, sizeof *tables, err);
    if (tables == NULL)
        return err == NULL || err->code == 0 ? SHY_E_PLUGIN_STREAM : (int)err->code;
    s->rounded = shy_arena_alloc(&s->arena, count, sizeof *s->rounded);
    if (s->rounded == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        int code = check_table(s, tables, i, &persons, err);
        if (code != 0 && tables[i].contract != NULL)
            shy_context(err, "%s", tables[i].contract);
        if (code != 0)
            return code;
    }
    s->tables = tables;
    s->table_count = count;
    s->tables_known = true;
    s->persons = persons;
    return 0;
}

int shy_source_ready(struct shy_source *s, struct shihyo_error *err)
{
    (void)pthread_mutex_lock(&s->lock);
    int code = s->tables_known ? 0 : learn_tables(s, err);
    (void)pthread_mutex_unlock(&s->lock);
    return code;
}

int shy_source_contract(struct shy_source *s, const char *id, const struct shy_contract **out,
                        struct shihyo_error *err)
{
    SHY_TRY(shy_source_ready(s, err));
    return shy_catalogue_require(s->declared, id, out, err);
}

int shy_source_tables(struct shy_source *s, struct shy_catalogue *catalogue,
                      const struct shihyo_table_info **tables, size_t *count,
                      struct shihyo_error *err)
{
    *tables = NULL;
    *count = 0;
    SHY_TRY(shy_source_ready(s, err));
    for (size_t i = 0; catalogue != NULL && i < s->table_count; i++) {
        if (s->tables[i].columns == NULL)
            continue;
        SHY_TRY(shy_catalogue_declare(catalogue,
                                      shy_catalogue_find(s->declared, s->tables[i].contract), err));
    }
    *tables = s->tables;
    *count = s->table_count;
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* What one command works with: packs loaded, definitions compiled, an answer chosen for each.
 * Opening it reads no data; whatever is wrong with a pack or a period is told before any is. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/project/project_private.h"

#ifndef SHY_PACK_DIR
#define SHY_PACK_DIR "/usr/share/shihyo/indicators"
#endif

/* A folder without a manifest is just a folder: the search goes on behind it. */
static bool holds_pack(const char *directory)
{
    char *manifest = shy_os_join(directory, "pack.lua");
    bool found = manifest != NULL && shy_os_exists(manifest);
    shy_free(manifest);
    return found;
}

/* Looks in each directory of a colon-separated path. */
static char *search_path(const char *path, const char *name)
{
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        char *folder = shy_strndup(path, length);
        char *directory = folder != NULL ? shy_os_join(folder, name) : NULL;
        shy_free(folder);
        if (directory != NULL && holds_pack(directory))
            return directory;
        shy_free(directory);
        path += length + (path[length] == ':');
    }
    return NULL;
}

/* A name with a slash is a place and never searched for, so that ./mine can not become somebody
 * else's pack of that name. */
static char *find_pack(const char *name, const char *base)
{
    if (strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        while (strncmp(name, "./", 2) == 0 && name[2] != '\0' && name[2] != '/')
            name += 2;
        char *directory = shy_os_join(base, name);
        if (directory != NULL && holds_pack(directory))
            return directory;
        shy_free(directory);
        return NULL;
    }
    char *found = search_path(getenv("SHIHYO_PACK_PATH"), name);
    return found != NULL ? found : search_path(SHY_PACK_DIR, name);
}

int shy_pack_directory(const char *name, const char *base, char **out, struct shihyo_error *err)
{
    *out = find_pack(name, base);
    if (*out != NULL)
        return 0;
    int code = shy_fail(err, SHY_E_PACK_NOT_FOUND, _("There is no pack '%s'."), name);
    const char *path = getenv("SHIHYO_PACK_PATH");
    shy_hint(err,
             _("A pack is a folder with a file pack.lua. Looked in: %s%s%s. Write a path with "
               "a slash (./packs/mine) for a pack in the project."),
             path != NULL ? path : "", path != NULL ? ":" : "", SHY_PACK_DIR);
    return code;
}

enum { DEPENDS_DEEPEST = 16 };

static int load_pack(struct shy_session *s, const char *name, int depth,
                     struct shy_problems *problems, struct shihyo_error *err);

static const struct shy_pack *find_loaded(const struct shy_session *s, const char *id)
{
    for (size_t i = 0; i < s->pack_count; i++)
        if (strcmp(shy_pack_id(s->packs[i]), id) == 0)
            return s->packs[i];
    return NULL;
}

/* A pack named twice, or named and depended on, is loaded once. Another one with its id is an
 * error: its indicators would be missing, and nobody would be told. */
static int check_same_pack(const struct shy_session *s, const char *id, const char *place,
                           struct shihyo_error *err)
{
    for (size_t i = 0; i < s->pack_count; i++)
        if (strcmp(shy_pack_id(s->packs[i]), id) == 0 && strcmp(s->places[i], place) != 0)
            return shy_fail(err, SHY_E_ID_TWICE, _("Two packs have the id '%s': %s and %s."), id,
                            s->places[i], place);
    return 0;
}

/* The packs that one pack depends on, loaded before it. */
struct depends {
    const struct shy_pack **items;
    size_t count, capacity;
};

static int load_depend(struct shy_session *s, const char *id, int depth, struct depends *d,
                       struct shy_problems *problems, struct shihyo_error *err)
{
    if (depth > DEPENDS_DEEPEST)
        return shy_fail(err, SHY_E_PACK_INVALID, _("Packs depend on each other in a circle."));
    if (find_loaded(s, id) == NULL)
        SHY_TRY(load_pack(s, id, depth, problems, err));
    /* The folder of that name may hold a pack of another id: the pack that depends on it will say
     * that it is missing. */
    const struct shy_pack *found = find_loaded(s, id);
    if (found == NULL)
        return 0;
    if (!SHY_GROW(d->items, d->count, d->capacity))
        return shy_fail_nomem(err);
    d->items[d->count++] = found;
    return 0;
}

/* depends = { "standard" } or { standard = "1.0.0" } */
static int load_depends(struct shy_session *s, const json_t *manifest, int depth, struct depends *d,
                        struct shy_problems *problems, struct shihyo_error *err)
{
    const json_t *depends = json_object_get(manifest, "depends");
    const char *id;
    json_t *item;
    size_t i;
    json_object_foreach((json_t *)depends, id, item)
    {
        SHY_TRY(load_depend(s, id, depth, d, problems, err));
    }
    json_array_foreach((json_t *)depends, i, item)
    {
        if (json_is_string(item))
            SHY_TRY(load_depend(s, json_string_value(item), depth, d, problems, err));
    }
    return 0;
}

static int add_pack(struct shy_session *s, const char *directory, const char *place,
                    const struct depends *d, struct shy_problems *problems,
                    struct shihyo_error *err)
{
    struct shy_pack *pack = NULL;
    if (!SHY_GROW(s->packs, s->pack_count, s->pack_capacity) ||
        !SHY_GROW(s->places, s->pack_count, s->place_capacity) ||
        !SHY_GROW(s->named, s->pack_count, s->named_capacity))
        return shy_fail_nomem(err);
    char *copy = shy_strdup(place);
    if (copy == NULL)
        return shy_fail_nomem(err);
    int code =
        shy_pack_load_with(directory, s->catalogue, d->items, d->count, NULL, &pack, problems, err);
    if (code != 0) {
        shy_free(copy);
        return code;
    }
    s->places[s->pack_count] = copy;
    s->named[s->pack_count] = false;
    s->packs[s->pack_count++] = pack;
    return shy_pack_declare(pack, s->catalogue, err);
}

static int load_directory(struct shy_session *s, const char *directory, int depth,
                          struct shy_problems *problems, struct shihyo_error *err)
{
    json_t *manifest;
    struct depends d = {0};
    SHY_TRY(shy_pack_manifest(directory, &manifest, err));
    const char *id = json_string_value(json_object_get(manifest, "id"));
    char *place = shy_os_real_path(directory);
    int code = place == NULL ? shy_fail_nomem(err) : check_same_pack(s, id, place, err);
    if (code == 0 && find_loaded(s, id) == NULL) {
        code = load_depends(s, manifest, depth + 1, &d, problems, err);
        if (code == 0)
            code = add_pack(s, directory, place, &d, problems, err);
    }
    for (size_t i = 0; code == 0 && depth == 0 && i < s->pack_count; i++)
        s->named[i] |= strcmp(shy_pack_id(s->packs[i]), id) == 0;
    shy_free(place);
    shy_free(d.items);
    json_decref(manifest);
    return code;
}

static int load_pack(struct shy_session *s, const char *name, int depth,
                     struct shy_problems *problems, struct shihyo_error *err)
{
    char *directory;
    const char *base = s->base;
    SHY_TRY(shy_pack_directory(name, base, &directory, err));
    int code = load_directory(s, directory, depth, problems, err);
    shy_free(directory);
    return code;
}

/* A pack that cannot be used at all is reported; the others go on. */
static int load_packs(struct shy_session *s, const char *const *names, size_t count,
                      struct shy_problems *problems, struct shihyo_error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct shihyo_error local = SHY_ERROR_INIT;
        int code = load_pack(s, names[i], 0, problems, &local);
        if (code == SHY_E_NOMEM)
            return shy_fail_nomem(err);
        if (code != 0 && count > 1) {
            shy_problems_add(problems, SHY_ERROR, &local);
        } else if (code != 0) {
            if (err != NULL)
                *err = local;
            return code;
        }
    }
    return 0;
}

static int compile(struct shy_session *s, struct shy_problems *problems, struct shihyo_error *err)
{
    const json_t **documents = shy_alloc(s->pack_count, sizeof *documents);
    if (documents == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < s->pack_count; i++)
        documents[i] = shy_pack_document(s->packs[i]);
    int code = shy_plan_compile(documents, s->pack_count, s->catalogue, &s->plan, problems, err);
    if (code == 0)
        code = shy_logic_read(documents, s->pack_count, s->plan, &s->logic, problems, err);
    shy_free(documents);
    return code;
}

static int open_store(struct shy_session *s, struct shihyo_error *err)
{
    if (s->project == NULL || !shy_os_exists(s->project->store_path))
        return 0;
    SHY_TRY(shy_store_open(s->project->store_path, SHY_STORE_READ, &s->store, err));
    SHY_TRY(shy_project_read_own(s->project, s->store, err));
    return shy_store_load_catalogue(s->store, s->catalogue, err);
}

/* No ids at all means all of them. */
static bool wanted(const struct shy_session_options *options, const char *id)
{
    for (size_t i = 0; i < options->id_count; i++)
        if (strcmp(options->ids[i], id) == 0)
            return true;
    return options->id_count == 0;
}

/* Told before anything is computed: a misspelt id among ten would otherwise cost a run. */
static int check_ids(const struct shy_session *s, const struct shy_session_options *options,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < options->id_count; i++) {
        if (shy_plan_find(s->plan, options->ids[i]) != NULL)
            continue;
        size_t count = shy_plan_definition_count(s->plan);
        const char **known = shy_alloc(count, sizeof *known);
        if (known == NULL)
            return shy_fail_nomem(err);
        for (size_t k = 0; k < count; k++)
            known[k] = shy_plan_definition(s->plan, k)->id;
        int code = shy_fail(err, SHY_E_INDICATOR_UNKNOWN, _("There is no indicator '%s'."),
                            options->ids[i]);
        shy_nearest(err, options->ids[i], known, count);
        shy_free(known);
        return code;
    }
    return 0;
}

static void choose_one(struct shy_session *s, size_t i, enum shy_severity severity,
                       struct shy_problems *problems)
{
    const struct shy_definition *d = shy_plan_definition(s->plan, i);
    struct shihyo_error local = SHY_ERROR_INIT;
    if (shy_plan_choose_named(s->plan, d, shy_project_answer(s->project, d->id), s->offers.items,
                              s->offers.count, &s->choices[i], &local) != 0)
        shy_problems_add(problems, severity, &local);
    else if (d->period.kind != SHY_PERIOD_NONE)
        shy_plan_check_period(s->plan, d, &d->period, problems);
    else
        for (size_t p = 0; p < s->period_count; p++)
            shy_plan_check_period(s->plan, d, &s->periods[p], problems);
}

/* Chooses for the indicators that the answer of one uses; true where there was one to choose. */
static bool choose_used(struct shy_session *s, const struct shy_answer *answer,
                        struct shy_problems *problems)
{
    bool any = false;
    for (size_t r = 0; answer != NULL && r < answer->ref_count; r++) {
        for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++) {
            const struct shy_definition *d = shy_plan_definition(s->plan, i);
            if (s->choices[i].answer != NULL || !d->ok || strcmp(d->id, answer->refs[r]) != 0)
                continue;
            choose_one(s, i, SHY_ERROR, problems);
            any = any || s->choices[i].answer != NULL;
        }
    }
    return any;
}

/* A definition that nobody can answer is an error where it was asked for by name; among all of a
 * pack it is a note, and the others are computed. What a definition uses is chosen with it: asked
 * for alone, it must have the value that it has among all. */
static int choose(struct shy_session *s, const struct shy_session_options *options,
                  struct shy_problems *problems, struct shihyo_error *err)
{
    size_t count = shy_plan_definition_count(s->plan);
    SHY_TRY(check_ids(s, options, err));
    s->choices = shy_alloc(count, sizeof *s->choices);
    s->asked = shy_alloc(count, sizeof *s->asked);
    if (s->choices == NULL || s->asked == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const struct shy_definition *d = shy_plan_definition(s->plan, i);
        s->asked[i] = wanted(options, d->id);
        if (d->ok && s->asked[i])
            choose_one(s, i, options->id_count > 0 ? SHY_ERROR : SHY_NOTE, problems);
    }
    for (bool again = options->id_count > 0; again;) {
        again = false;
        for (size_t i = 0; i < count; i++)
            again |= choose_used(s, s->choices[i].answer, problems);
    }
    return 0;
}

static int read_period(const char *text, struct shy_period *out, struct shihyo_error *err)
{
    if (shy_period_parse(text, out) || shy_period_parse_any(text, strlen(text), out))
        return 0;
    int code = shy_fail(err, SHY_E_PERIOD_INVALID, _("'%s' is not a period."), text);
    shy_hint(err, _("Examples: FY2022, 令和4年度, 2022, 2022-10, 2025-07-01."));
    return code;
}

static int read_periods(struct shy_session *s, const struct shy_session_options *options,
                        struct shihyo_error *err)
{
    s->periods = shy_alloc(options->period_count, sizeof *s->periods);
    if (s->periods == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < options->period_count; i++)
        SHY_TRY(read_period(options->periods[i], &s->periods[i], err));
    s->period_count = options->period_count;
    return 0;
}

/* What a prefecture's plan is written for. */
static const char *const default_sets[] = {"secondary", "prefecture"};

static int set_area_sets(struct shy_session *s, const struct shy_session_options *options,
                         struct shihyo_error *err)
{
    const char *const *sets = options->area_sets;
    size_t count = options->area_set_count;
    if (count == 0 && s->project != NULL) {
        sets = s->project->area_sets;
        count = s->project->area_set_count;
    }
    if (count == 0) {
        sets = default_sets;
        count = sizeof default_sets / sizeof default_sets[0];
    }
    s->area_sets = shy_alloc(count, sizeof *s->area_sets);
    if (s->area_sets == NULL)
        return shy_fail_nomem(err);
    memcpy(s->area_sets, sets, count * sizeof *sets);
    s->area_set_count = count;
    return 0;
}

/* What was asked, so that a run can be repeated from its record. The date of the memberships comes
 * from project.lua, which may change: it stands behind as a comment. */
static int describe_command(struct shy_session *s, const struct shy_session_options *options,
                            struct shihyo_error *err)
{
    struct shy_text *text = &s->command;
    shy_text_adds(text, "run");
    for (size_t i = 0; i < options->pack_count; i++)
        shy_text_addf(text, " --pack %s", options->packs[i]);
    for (size_t i = 0; i < s->area_set_count; i++)
        shy_text_addf(text, " --by %s", s->area_sets[i]);
    for (size_t i = 0; i < options->period_count; i++)
        shy_text_addf(text, " --period %s", options->periods[i]);
    for (size_t i = 0; i < options->id_count; i++)
        shy_text_addf(text, " %s", options->ids[i]);
    if (s->project != NULL) {
        char as_of[11];
        shy_date_text(s->as_of, as_of);
        if (options->as_of != NULL)
            shy_text_addf(text, " --as-of %s", as_of);
        shy_text_addf(text, " # as_of %s", as_of);
    }
    return text->failed ? shy_fail_nomem(err) : 0;
}

static int read_as_of(struct shy_session *s, const char *text, struct shihyo_error *err)
{
    struct shy_period p;
    s->as_of = s->project != NULL ? s->project->as_of : 0;
    if (text == NULL)
        return 0;
    if (shy_period_parse_any(text, strlen(text), &p) && p.kind == SHY_PERIOD_DAY) {
        s->as_of =
            shy_date_of(shy_month_year(p.first_month), shy_month_of_year(p.first_month), p.day);
        return 0;
    }
    int code = shy_fail(err, SHY_E_PERIOD_INVALID, _("'%s' is not a date (2025-04-01)."), text);
    shy_hint(err, _("It is the day whose municipalities and areas results are for, for example "
                    "2018-04-01 or 平成30年4月1日."));
    return code;
}

static int check_engine(const char *engine, struct shihyo_error *err)
{
    if (engine == NULL || strcmp(engine, "naive") == 0 || strcmp(engine, "native") == 0)
        return 0;
    int code = shy_fail(err, SHY_E_USAGE, _("There is no engine '%s'."), engine);
    shy_hint(err, _("The engines are native, which is fast, and naive, which it is held against."));
    return code;
}

/* The words of the command first, the store before the packs (tables it has declared are names in
 * scripts), the choice last. */
static int prepare(struct shy_session *s, const struct shy_session_options *options,
                   struct shy_problems *problems, struct shihyo_error *err)
{
    SHY_TRY(check_engine(options->engine, err));
    s->engine = options->engine;
    s->threads = options->threads;
    s->progress = options->progress;
    s->progress_arg = options->progress_arg;
    SHY_TRY(read_periods(s, options, err));
    SHY_TRY(read_as_of(s, options->as_of, err));
    SHY_TRY(set_area_sets(s, options, err));
    SHY_TRY(describe_command(s, options, err));
    s->catalogue = shy_catalogue_new();
    if (s->catalogue == NULL)
        return shy_fail_nomem(err);
    if (options->to_run && s->project != NULL) {
        SHY_TRY(shy_os_lock(s->project->lock_path, "shihyo run", &s->lock, err));
        s->locked = true;
    }
    SHY_TRY(open_store(s, err));
    bool own = options->pack_count == 0 && s->project != NULL;
    SHY_TRY(load_packs(s, own ? s->project->packs : options->packs,
                       own ? s->project->pack_count : options->pack_count, problems, err));
    SHY_TRY(compile(s, problems, err));
    if (s->project == NULL)
        return 0;
    if (own)
        SHY_TRY(shy_project_check_answers(s->project, s->plan, err));
    if (s->store != NULL)
        SHY_TRY(shy_project_offers(s->project, s->store, s->catalogue, &s->offers, err));
    if (s->store != NULL)
        SHY_TRY(shy_target_rows_offer(s, err));
    return choose(s, options, problems, err);
}

int shy_session_open(struct shy_project *p, const struct shy_session_options *options,
                     struct shy_session **out, struct shy_problems *problems,
                     struct shihyo_error *err)
{
    struct shy_session *s = shy_alloc(1, sizeof *s);
    if (s == NULL)
        return shy_fail_nomem(err);
    s->project = p;
    s->base = options->base != NULL ? options->base : p != NULL ? p->directory : ".";
    int code = prepare(s, options, problems, err);
    if (code != 0) {
        shy_session_close(s);
        return code;
    }
    *out = s;
    return 0;
}

void shy_session_close(struct shy_session *s)
{
    if (s == NULL)
        return;
    shy_logic_free(&s->logic);
    shy_plan_free(s->plan);
    for (size_t i = 0; i < s->pack_count; i++)
        shy_pack_free(s->packs[i]);
    for (size_t i = 0; i < s->pack_count; i++)
        shy_free(s->places[i]);
    shy_free(s->packs);
    shy_free(s->places);
    shy_free(s->named);
    shy_free(s->choices);
    shy_free(s->asked);
    shy_free(s->area_sets);
    shy_free(s->periods);
    shy_offers_free(&s->offers);
    shy_text_free(&s->command);
    shy_store_data_free(s->data);
    shy_store_close(s->store);
    if (s->locked)
        shy_os_unlock(&s->lock);
    shy_catalogue_free(s->catalogue);
    shy_free(s);
}

int shy_session_data(struct shy_session *s, struct shy_dataset *out, struct shihyo_error *err)
{
    if (s->data == NULL)
        SHY_TRY(shy_store_data_new(s->store, &s->data, err));
    *out = shy_store_dataset(s->data);
    return 0;
}

const struct shy_logic_models *shy_session_logic(const struct shy_session *s)
{
    return &s->logic;
}

const struct shy_plan *shy_session_plan(const struct shy_session *s)
{
    return s->plan;
}

const json_t *shy_session_pack(const struct shy_session *s)
{
    return s->pack_count == 0
               ? NULL
               : json_object_get(shy_pack_document(s->packs[s->pack_count - 1]), "pack");
}

const struct shy_choice *shy_session_choices(const struct shy_session *s)
{
    return s->choices;
}

/* SPDX-License-Identifier: MIT */
/* Reading and checking logic models. docs/logic_models.md has the rules. */
#include "config.h"

#include "core/plan/logic.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { ITEMS_MOST = 500, LINKS_MOST = 2000, MODELS_MOST = 200 };

static const char *const levels[] = {"activity", "output", "intermediate", "final"};

const char *shy_logic_level_id(enum shy_logic_level level)
{
    SHY_BUG_ON((unsigned)level >= SHY_LOGIC_LEVELS_);
    return levels[level];
}

const char *shy_logic_level_label(enum shy_logic_level level)
{
    static const char *const labels[] = {N_("Activities"), N_("Outputs"),
                                         N_("Intermediate outcomes"), N_("Final outcomes")};
    SHY_BUG_ON((unsigned)level >= SHY_LOGIC_LEVELS_);
    return _(labels[level]);
}

struct reading {
    const struct shy_plan *plan;
    struct shy_logic_models *out;
    struct shy_logic_model *model;
    struct shy_problems *problems;
    const char *at; /* "file.lua:12" or NULL */
    bool failed, nomem;
};

static const char *keep(struct reading *r, const char *text)
{
    const char *kept = shy_arena_strdup(&r->out->arena, text == NULL ? "" : text);
    r->nomem = r->nomem || kept == NULL;
    return kept == NULL ? "" : kept;
}

/* The model's name goes before the sentence, its place beside it. */
static void report(struct reading *r, enum shy_severity severity, struct shihyo_error *err)
{
    const char *colon = r->at == NULL ? NULL : strrchr(r->at, ':');
    struct shihyo_error out = *err;
    (void)snprintf(out.message, sizeof out.message, "%.60s: %.400s", r->model->id, err->message);
    if (colon != NULL) {
        char file[256];
        (void)snprintf(file, sizeof file, "%.*s", (int)(colon - r->at), r->at);
        shy_at(&out, file, strtoll(colon + 1, NULL, 10), 0);
    }
    shy_problems_add(r->problems, severity, &out);
    if (severity == SHY_ERROR)
        r->failed = true;
}

/* Items ------------------------------------------------------------------------------------- */

static size_t find_item(const struct shy_logic_model *m, const char *id)
{
    for (size_t i = 0; i < m->item_count; i++) {
        if (strcmp(m->items[i].id, id) == 0)
            return i;
    }
    return SIZE_MAX;
}

static const struct shy_definition *need_indicator(struct reading *r, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_definition *d = shy_plan_find(r->plan, id);
    if (d != NULL)
        return d;
    size_t count = shy_plan_definition_count(r->plan);
    const char **ids = shy_arena_alloc(&r->out->arena, count + 1, sizeof *ids);
    if (ids == NULL) {
        r->nomem = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        ids[i] = shy_plan_definition(r->plan, i)->id;
    (void)shy_fail(&err, SHY_E_LOGIC_ITEM, _("There is no indicator '%s'."), id);
    shy_value(&err, id, strlen(id));
    shy_nearest(&err, id, ids, count);
    if (err.hint[0] == '\0')
        shy_hint(&err, _("What is not measured is written { id = \"…\", name = \"…\" }."));
    report(r, SHY_ERROR, &err);
    return NULL;
}

static bool bad_item(struct reading *r, enum shy_logic_level level)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_LOGIC_ITEM, _("An item of '%s' is not understood."), levels[level]);
    shy_hint(&err, _("It is the id of an indicator, or { id = \"…\", name = \"…\", indicator = "
                     "\"…\", note = \"…\" } with a name, an indicator or both."));
    report(r, SHY_ERROR, &err);
    return false;
}

static bool known_members(const json_t *object, const char *const *names, size_t count)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        bool known = json_is_string(value);
        bool named = false;
        for (size_t i = 0; i < count; i++)
            named = named || strcmp(key, names[i]) == 0;
        if (!known || !named)
            return false;
    }
    return true;
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* "id of an indicator" or { id, name, indicator, note }. */
static bool read_item(struct reading *r, const json_t *json, enum shy_logic_level level)
{
    static const char *const names[] = {"id", "indicator", "name", "note"};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_logic_item item = {.level = level};
    const char *id = json_string_value(json), *indicator = id, *name = NULL;
    if (json_is_object(json) && known_members(json, names, sizeof names / sizeof names[0])) {
        indicator = text_of(json, "indicator");
        name = text_of(json, "name");
        id = text_of(json, "id") != NULL ? text_of(json, "id") : indicator;
    }
    if (id == NULL || (indicator == NULL && name == NULL))
        return bad_item(r, level);
    if (find_item(r->model, id) != SIZE_MAX) {
        (void)shy_fail(&err, SHY_E_LOGIC_ITEM, _("'%s' stands in the model twice."), id);
        shy_value(&err, id, strlen(id));
        report(r, SHY_ERROR, &err);
        return false;
    }
    if (indicator != NULL && (item.definition = need_indicator(r, indicator)) == NULL)
        return false;
    item.id = keep(r, id);
    item.name = keep(r, name != NULL ? name : item.definition->name);
    item.note = keep(r, json_is_object(json) ? text_of(json, "note") : NULL);
    r->model->items[r->model->item_count++] = item;
    return true;
}

static void read_items(struct reading *r, const json_t *json)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t total = 0, i;
    const json_t *one;
    for (int level = 0; level < SHY_LOGIC_LEVELS_; level++)
        total += json_array_size(json_object_get(json, levels[level]));
    if (total == 0 || total > ITEMS_MOST) {
        (void)shy_fail(&err, SHY_E_LOGIC_ITEM, _("A logic model has 1 to %d items, not %zu."),
                       ITEMS_MOST, total);
        shy_hint(&err, _("They stand in the lists activity, output, intermediate and final."));
        report(r, SHY_ERROR, &err);
        return;
    }
    r->model->items = shy_arena_alloc(&r->out->arena, total, sizeof *r->model->items);
    r->nomem = r->nomem || r->model->items == NULL;
    for (int level = 0; level < SHY_LOGIC_LEVELS_ && !r->nomem; level++) {
        json_array_foreach(json_object_get(json, levels[level]), i, one)
        {
            (void)read_item(r, one, (enum shy_logic_level)level);
        }
    }
}

/* Links ------------------------------------------------------------------------------------- */

static size_t need_item(struct reading *r, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *ids[ITEMS_MOST];
    size_t found = find_item(r->model, id);
    if (found != SIZE_MAX)
        return found;
    for (size_t i = 0; i < r->model->item_count; i++)
        ids[i] = r->model->items[i].id;
    (void)shy_fail(&err, SHY_E_LOGIC_LINK, _("The model has no item '%s' to link."), id);
    shy_value(&err, id, strlen(id));
    shy_nearest(&err, id, ids, r->model->item_count);
    report(r, SHY_ERROR, &err);
    return SIZE_MAX;
}

/* Of a link both of whose ends are known. */
static bool check_link(struct reading *r, const struct shy_logic_link *link)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_logic_item *from = &r->model->items[link->from],
                                *to = &r->model->items[link->to];
    for (size_t i = 0; i < r->model->link_count; i++) {
        if (r->model->links[i].from != link->from || r->model->links[i].to != link->to)
            continue;
        (void)shy_fail(&err, SHY_E_LOGIC_LINK, _("'%s' is linked to '%s' twice."), from->id,
                       to->id);
        report(r, SHY_ERROR, &err);
        return false;
    }
    if (to->level < from->level) {
        (void)shy_fail(&err, SHY_E_LOGIC_LINK, _("The link from '%s' to '%s' leads back."),
                       from->id, to->id);
        shy_hint(&err, _("Links go from activities over outputs and intermediate outcomes to final "
                         "ones, or stay on a level."));
        report(r, SHY_ERROR, &err);
        return false;
    }
    if (to->level > from->level + 1) {
        (void)shy_fail(&err, SHY_E_LOGIC_GAP, _("The link from '%s' to '%s' skips a level."),
                       from->id, to->id);
        shy_hint(&err, _("How the one leads to the other is not said; an item between them would "
                         "say it."));
        report(r, SHY_WARNING, &err);
    }
    return true;
}

static void read_link(struct reading *r, const json_t *json)
{
    static const char *const names[] = {"from", "note", "to"};
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *from = text_of(json, "from"), *to = text_of(json, "to"),
               *note = text_of(json, "note");
    if (!json_is_object(json) || from == NULL || to == NULL || note == NULL || note[0] == '\0' ||
        !known_members(json, names, sizeof names / sizeof names[0])) {
        (void)shy_fail(&err, SHY_E_LOGIC_LINK, _("A link of the model is not understood."));
        shy_hint(&err, _("It is written { from = \"…\", to = \"…\", note = \"…\" }; the note says "
                         "why the one leads to the other."));
        report(r, SHY_ERROR, &err);
        return;
    }
    size_t a = need_item(r, from), b = need_item(r, to);
    if (a == SIZE_MAX || b == SIZE_MAX)
        return;
    struct shy_logic_link link = {.from = a, .to = b, .note = keep(r, note)};
    if (check_link(r, &link))
        r->model->links[r->model->link_count++] = link;
}

static int by_ends(const void *a, const void *b)
{
    const struct shy_logic_link *l = a, *m = b;
    if (l->from != m->from)
        return l->from < m->from ? -1 : 1;
    return l->to < m->to ? -1 : l->to > m->to;
}

static void read_links(struct reading *r, const json_t *list)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t i, count = json_array_size(list);
    const json_t *one;
    if (count > LINKS_MOST) {
        (void)shy_fail(&err, SHY_E_LOGIC_LINK, _("A logic model has at most %d links, not %zu."),
                       LINKS_MOST, count);
        report(r, SHY_ERROR, &err);
        return;
    }
    r->model->links = shy_arena_alloc(&r->out->arena, count + 1, sizeof *r->model->links);
    r->nomem = r->nomem || r->model->links == NULL;
    json_array_foreach((json_t *)(uintptr_t)list, i, one)
    {
        if (!r->nomem)
            read_link(r, one);
    }
    if (!r->nomem)
        qsort(r->model->links, r->model->link_count, sizeof *r->model->links, by_ends);
}

/* The whole model --------------------------------------------------------------------------- */

/* Items that lie on a circle are those that stay when items nothing (more) leads to are taken away
 * again and again, and those that lead nowhere. Links lead back only within a level, so circles lie
 * in one. */
static void check_circle(struct reading *r)
{
    const struct shy_logic_model *m = r->model;
    struct shihyo_error err = SHY_ERROR_INIT;
    bool gone[ITEMS_MOST] = {false};
    struct shy_text names = {0};
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < m->item_count; i++) {
            bool in = false, out = false;
            for (size_t k = 0; k < m->link_count && !gone[i]; k++) {
                if (gone[m->links[k].from] || gone[m->links[k].to])
                    continue;
                in = in || m->links[k].to == i;
                out = out || m->links[k].from == i;
            }
            if (gone[i] || (in && out))
                continue;
            gone[i] = again = true;
        }
    }
    for (size_t i = 0; i < m->item_count; i++) {
        if (!gone[i])
            shy_text_addf(&names, "%s%s", names.length == 0 ? "" : ", ", m->items[i].id);
    }
    if (names.length > 0) {
        (void)shy_fail(&err, SHY_E_LOGIC_CIRCLE, _("Links lead in a circle: %s."),
                       shy_text_get(&names));
        report(r, SHY_ERROR, &err);
    }
    shy_text_free(&names);
}

/* An activity is there to lead somewhere, a final outcome to be led to; the others both. */
static void check_orphans(struct reading *r)
{
    const struct shy_logic_model *m = r->model;
    for (size_t i = 0; i < m->item_count; i++) {
        const struct shy_logic_item *item = &m->items[i];
        struct shihyo_error err = SHY_ERROR_INIT;
        bool in = item->level == SHY_LOGIC_ACTIVITY, out = item->level == SHY_LOGIC_FINAL;
        for (size_t k = 0; k < m->link_count; k++) {
            in = in || m->links[k].to == i;
            out = out || m->links[k].from == i;
        }
        if (in && out)
            continue;
        if (!out)
            (void)shy_fail(&err, SHY_E_LOGIC_GAP, _("'%s' leads to nothing."), item->id);
        else
            (void)shy_fail(&err, SHY_E_LOGIC_GAP, _("Nothing leads to '%s'."), item->id);
        report(r, SHY_WARNING, &err);
    }
}

static bool is_known(const struct shy_logic_models *out, const char *id)
{
    for (size_t i = 0; i < out->count; i++) {
        if (strcmp(out->models[i].id, id) == 0)
            return true;
    }
    return false;
}

static void read_model(struct reading *r, const json_t *json)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_logic_model model = {0};
    r->model = &model;
    r->at = text_of(json, "at");
    r->failed = false;
    model.id = keep(r, text_of(json, "id"));
    model.name = keep(r, text_of(json, "name"));
    if (r->out->count == MODELS_MOST || model.id[0] == '\0' || is_known(r->out, model.id)) {
        (void)shy_fail(&err, SHY_E_LOGIC_ITEM,
                       _("The logic model '%s' is there twice, has no id, or is one too many."),
                       model.id);
        report(r, SHY_ERROR, &err);
        return;
    }
    read_items(r, json);
    if (!r->failed && !r->nomem)
        read_links(r, json_object_get(json, "links"));
    if (!r->failed && !r->nomem)
        check_circle(r);
    if (!r->failed && !r->nomem)
        check_orphans(r);
    if (!r->failed && !r->nomem)
        r->out->models[r->out->count++] = model;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct shy_logic_model *)a)->id, ((const struct shy_logic_model *)b)->id);
}

int shy_logic_read(const json_t *const *documents, size_t count, const struct shy_plan *plan,
                   struct shy_logic_models *out, struct shy_problems *problems,
                   struct shihyo_error *err)
{
    struct reading r = {.plan = plan, .out = out, .problems = problems};
    *out = (struct shy_logic_models){0};
    out->models = shy_arena_alloc(&out->arena, MODELS_MOST, sizeof *out->models);
    r.nomem = out->models == NULL;
    for (size_t d = 0; d < count && !r.nomem; d++) {
        size_t i;
        const json_t *one;
        json_array_foreach(json_object_get(documents[d], "logic_models"), i, one)
        {
            if (!r.nomem)
                read_model(&r, one);
        }
    }
    if (r.nomem)
        return shy_fail_nomem(err);
    qsort(out->models, out->count, sizeof *out->models, by_id);
    return 0;
}

void shy_logic_free(struct shy_logic_models *m)
{
    shy_arena_free(&m->arena);
    *m = (struct shy_logic_models){0};
}

/* SPDX-License-Identifier: MIT */
/*
 * From documents to a plan: which definitions there are, in which order they can be compiled.
 * A definition that uses another needs it compiled, for its hash and to know that it is ok. The
 * order is found before anything is compiled, without recursion, so that neither a circle nor a
 * long chain can exhaust the stack.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { FORMAT = 1 };

/* Definitions as written ------------------------------------------------------------------ */

/* Tables within tables that one operator takes at most: {"values": [{"value": {…}}]}. What lies
 * deeper than the deepest operator is refused when it is compiled. */
enum { TABLES_OF_OPERATOR = 3, TABLES_AROUND = 8 };

/* Notes which indicators a definition uses: {"op": "indicator", "id": …} anywhere in it. */
static void find_refs(struct shy_compiler *c, struct shy_plan_source *source, const json_t *json,
                      unsigned depth)
{
    const char *key;
    json_t *value;
    size_t i;
    if (depth > SHY_PLAN_DEPTH_MOST * TABLES_OF_OPERATOR + TABLES_AROUND || c->nomem)
        return;
    json_array_foreach(json, i, value) find_refs(c, source, value, depth + 1);
    const char *op = shy_member_text(json, "op"), *id = shy_member_text(json, "id");
    if (op != NULL && id != NULL && strcmp(op, shy_op_name(SHY_OP_INDICATOR)) == 0) {
        if (!SHY_GROW(source->refs, source->ref_count, source->ref_capacity))
            shy_plan_nomem(c);
        else
            source->refs[source->ref_count++] = id;
    }
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
        find_refs(c, source, value, depth + 1);
}

/* The document outlives the compilation: texts are not copied here. */
static void keep_source(struct shy_compiler *c, const json_t *json, enum shy_definition_kind kind,
                        const char *id, const char *pack)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (c->source_count >= SHY_PLAN_DEFINITIONS_MOST) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("There are more than %d definitions; '%s' is left out."),
                 SHY_PLAN_DEFINITIONS_MOST, id);
        shy_plan_report(c, SHY_ERROR, &err);
        return;
    }
    if (!SHY_GROW(c->sources, c->source_count, c->source_capacity)) {
        shy_plan_nomem(c);
        return;
    }
    struct shy_plan_source *source = &c->sources[c->source_count];
    *source = (struct shy_plan_source){.json = json,
                                       .kind = kind,
                                       .id = id,
                                       .pack = pack,
                                       .file = c->file,
                                       .line = c->line,
                                       .order = c->source_count};
    c->source_count++;
    find_refs(c, source, json, 0);
}

static void add_source(struct shy_compiler *c, const json_t *json, enum shy_definition_kind kind,
                       const char *pack)
{
    const char *id = shy_member_text(json, "id");
    struct shy_place before = shy_place_enter(c, json);
    if (id == NULL)
        (void)shy_shape_check(c, json,
                              kind == SHY_INDICATOR ? SHY_SHAPE_INDICATOR : SHY_SHAPE_CROSS_TABLE);
    else if (shy_plan_id_check(c, id))
        keep_source(c, json, kind, id, pack);
    shy_place_leave(c, before);
}

static void add_sources(struct shy_compiler *c, const json_t *list, enum shy_definition_kind kind,
                        const char *pack)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one) add_source(c, one, kind, pack);
}

/* A document of another format is left out whole: its members may mean something else. */
static void read_document(struct shy_compiler *c, const json_t *document)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_place before = shy_place_enter(c, document);
    (void)shy_shape_check(c, document, SHY_SHAPE_DOCUMENT);
    const json_t *format = shy_member(document, "format");
    if (json_is_integer(format) && json_integer_value(format) != FORMAT) {
        shy_fail(&err, SHY_E_PLAN_SHAPE,
                 _("The document has format %lld; this shihyo reads format %d."),
                 (long long)json_integer_value(format), FORMAT);
        shy_plan_report(c, SHY_ERROR, &err);
    } else {
        const char *pack = shy_member_text(shy_member(document, "pack"), "id");
        add_sources(c, shy_member(document, "indicators"), SHY_INDICATOR, pack);
        add_sources(c, shy_member(document, "cross_tables"), SHY_CROSS_TABLE, pack);
    }
    shy_place_leave(c, before);
}

static int by_id(const void *a, const void *b)
{
    const struct shy_plan_source *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* Of two definitions of one id the first stands. */
static void drop_doubles(struct shy_compiler *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->source_count; i++) {
        struct shy_plan_source *source = &c->sources[i];
        struct shihyo_error err = SHY_ERROR_INIT;
        if (kept == 0 || strcmp(c->sources[kept - 1].id, source->id) != 0) {
            c->sources[kept++] = *source;
            continue;
        }
        const struct shy_plan_source *first = &c->sources[kept - 1];
        shy_fail(&err, SHY_E_ID_TWICE, _("'%s' is defined twice."), source->id);
        shy_value(&err, source->id, strlen(source->id));
        if (first->file != NULL)
            shy_hint(&err, _("The first one stands at %s:%d."), first->file, first->line);
        c->file = source->file;
        c->line = source->line;
        shy_plan_report(c, SHY_ERROR, &err);
        shy_free(source->refs);
    }
    c->source_count = kept;
    c->file = NULL;
    c->line = 0;
}

/* Order ----------------------------------------------------------------------------------- */

/* Sources are sorted by id once doubles are dropped. */
static struct shy_plan_source *find_source(struct shy_compiler *c, const char *id)
{
    size_t low = 0, high = c->source_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(c->sources[middle].id, id);
        if (order == 0)
            return &c->sources[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Are all it uses compiled (or unknown, which compiling it will say)? */
static bool is_ready(struct shy_compiler *c, struct shy_plan_source *source)
{
    source->ref_depth = 0;
    for (size_t i = 0; i < source->ref_count; i++) {
        const struct shy_plan_source *used = find_source(c, source->refs[i]);
        if (used != NULL && !used->done)
            return false;
        if (used != NULL && used->ref_depth >= source->ref_depth)
            source->ref_depth = used->ref_depth + 1;
    }
    return true;
}

/* The plan's definitions stand in the order of the sources. */
static void compile_source(struct shy_compiler *c, struct shy_plan_source *source)
{
    struct shy_definition *out = &c->plan->definitions[source - c->sources];
    struct shihyo_error err = SHY_ERROR_INIT;
    source->done = true;
    if (source->ref_depth <= SHY_PLAN_REFS_MOST) {
        shy_plan_define(c, source, out);
        return;
    }
    c->file = source->file;
    c->line = source->line;
    c->definition = source->id;
    shy_fail(&err, SHY_E_PLAN_REFERENCE, _("Indicators use each other in more than %d steps."),
             SHY_PLAN_REFS_MOST);
    shy_plan_report(c, SHY_ERROR, &err);
    c->definition = NULL;
}

/* The first not compiled of those it uses. Called only when nothing is ready any more, so there
 * always is one. */
static struct shy_plan_source *next_in_circle(struct shy_compiler *c,
                                              const struct shy_plan_source *source)
{
    for (size_t i = 0; i < source->ref_count; i++) {
        struct shy_plan_source *used = find_source(c, source->refs[i]);
        if (used != NULL && !used->done)
            return used;
    }
    return NULL;
}

/* Every one that is left uses one that is left: following them leads into a circle. */
static void report_circle(struct shy_compiler *c, struct shy_plan_source *source)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text chain = {0};
    struct shy_plan_source *at = source, *start;
    for (size_t i = 0; i < c->source_count; i++)
        at = next_in_circle(c, at);
    start = at;
    shy_text_adds(&chain, start->id);
    do {
        at = next_in_circle(c, at);
        shy_text_addf(&chain, " → %s", at->id);
    } while (at != start);
    c->file = start->file;
    c->line = start->line;
    c->definition = start->id;
    shy_fail(&err, SHY_E_PLAN_CYCLE, _("Indicators use each other in a circle: %s."),
             shy_text_get(&chain));
    shy_value(&err, start->id, strlen(start->id));
    shy_hint(&err, _("Compute one of them from data instead of from another indicator, or take one "
                     "of the references out."));
    shy_plan_report(c, SHY_ERROR, &err);
    c->definition = NULL;
    start->done = true; /* breaks the circle: what uses it will say that it has errors */
    shy_text_free(&chain);
}

/* Used ones first. Ready definitions are compiled in the order of their ids, so that numbers of
 * nodes do not depend on the order of the documents. */
static void compile_all(struct shy_compiler *c)
{
    size_t left = c->source_count;
    while (left > 0 && !c->nomem) {
        size_t before = left;
        for (size_t i = 0; i < c->source_count && !c->nomem; i++) {
            if (!c->sources[i].done && is_ready(c, &c->sources[i])) {
                compile_source(c, &c->sources[i]);
                left--;
            }
        }
        for (size_t i = 0; i < c->source_count && left == before; i++) {
            if (!c->sources[i].done) {
                report_circle(c, &c->sources[i]);
                left--;
            }
        }
    }
}

/* Every definition is in the plan from the start, not ok yet, so that it can be looked up while the
 * others are compiled and is listed even when it fails. */
static bool prepare_definitions(struct shy_compiler *c)
{
    struct shy_plan *plan = c->plan;
    plan->definitions =
        shy_arena_alloc(&plan->arena, c->source_count + 1, sizeof *plan->definitions);
    if (plan->definitions == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < c->source_count; i++) {
        const struct shy_plan_source *source = &c->sources[i];
        struct shy_definition *out = &plan->definitions[i];
        out->kind = source->kind;
        out->id = shy_keep_text(c, source->id);
        out->name = out->id;
        out->pack = shy_keep_text(c, source->pack);
        out->file = source->file;
        out->line = source->line;
    }
    plan->definition_count = c->source_count;
    return !c->nomem;
}

/* The whole ------------------------------------------------------------------------------- */

/* The plan keeps nodes, texts and lists; what only the compilation needed goes here, also after a
 * failure. */
static void free_compiler(struct shy_compiler *c)
{
    for (size_t id = 1; id <= c->plan->node_count; id++)
        json_decref(c->canonical[id]);
    shy_free(c->canonical);
    for (size_t i = 0; i < c->source_count; i++)
        shy_free(c->sources[i].refs);
    shy_free(c->sources);
    shy_map_free(&c->node_keys);
    shy_arena_free(&c->arena);
}

int shy_plan_compile(const json_t *const *documents, size_t count,
                     const struct shy_catalogue *catalogue, struct shy_plan **out,
                     struct shy_problems *problems, struct shihyo_error *err)
{
    struct shy_compiler c = {.catalogue = catalogue, .problems = problems};
    *out = NULL;
    c.plan = shy_alloc(1, sizeof *c.plan);
    if (c.plan == NULL)
        return shy_fail_nomem(err);
    shy_plan_code_lists(&c, documents, count);
    for (size_t i = 0; i < count && !c.nomem; i++)
        read_document(&c, documents[i]);
    if (c.source_count > 0)
        qsort(c.sources, c.source_count, sizeof *c.sources, by_id);
    drop_doubles(&c);
    if (!c.nomem && prepare_definitions(&c))
        compile_all(&c);
    bool nomem = c.nomem;
    free_compiler(&c);
    if (nomem) {
        shy_plan_free(c.plan);
        return shy_fail_nomem(err);
    }
    *out = c.plan;
    return 0;
}

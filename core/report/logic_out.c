/* SPDX-License-Identifier: MIT */
/* A logic model as a list: what stands on each level, and what leads to what and why. */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/logic_out.h"
#include "core/text/csv.h"

/* For people -------------------------------------------------------------------------------- */

static void add_item(struct shy_text *out, const struct shy_logic_model *m,
                     const struct shy_logic_values *v, size_t i, bool japanese)
{
    const struct shy_logic_item *item = &m->items[i];
    const struct shy_logic_beside *b = &v->items[i];
    struct shy_period p;
    char label[64];
    shy_text_adds(out, "  ");
    shy_text_show(out, item->name);
    if (item->definition != NULL)
        shy_text_addf(out, " (%s)", item->definition->id);
    if (b->value[0] != '\0') {
        bool known = shy_period_parse(b->period, &p);
        if (known)
            shy_period_label(&p, japanese, label, sizeof label);
        shy_text_addf(out, "\n    %s %s, %s", b->value, b->unit, known ? label : b->period);
    } else if (item->definition != NULL) {
        shy_text_addf(out, "\n    %s", _("no value"));
    }
    if (b->target[0] != '\0')
        shy_text_addf(out, "\n    %s", b->target);
    shy_text_adds(out, "\n");
    if (item->note[0] != '\0') {
        shy_text_adds(out, "    ");
        shy_text_show(out, item->note);
        shy_text_adds(out, "\n");
    }
    for (size_t k = 0; k < m->link_count; k++) {
        if (m->links[k].from != i)
            continue;
        shy_text_adds(out, "    → ");
        shy_text_show(out, m->items[m->links[k].to].name);
        shy_text_adds(out, ": ");
        shy_text_show(out, m->links[k].note);
        shy_text_adds(out, "\n");
    }
}

static void as_list(struct shy_text *out, const struct shy_logic_model *m,
                    const struct shy_logic_values *v, bool japanese)
{
    int level = -1;
    shy_text_show(out, m->name);
    shy_text_addf(out, " (%s)", m->id);
    if (v->area_name[0] != '\0')
        shy_text_addf(out, "  %s %s", v->area, v->area_name);
    shy_text_adds(out, "\n");
    for (size_t i = 0; i < m->item_count; i++) {
        if ((int)m->items[i].level != level) {
            level = (int)m->items[i].level;
            shy_text_addf(out, "\n%s\n", shy_logic_level_label(m->items[i].level));
        }
        add_item(out, m, v, i, japanese);
    }
}

/* For programs ------------------------------------------------------------------------------ */

/* docs/logic_models.md; only ever added at the end. A line is a link; an item that leads to nothing
 * has a line of its own. */
static const char *const names[] = {
    "model",  "level", "id",     "name",     "indicator", "area",  "value",   "unit",
    "period", "state", "target", "progress", "to_level",  "to_id", "to_name", "note"};
enum { COLUMNS = sizeof names / sizeof names[0] };

static void csv_line(struct shy_text *out, const struct shy_logic_model *m,
                     const struct shy_logic_values *v, size_t i, const struct shy_logic_link *link)
{
    const struct shy_logic_item *item = &m->items[i];
    const struct shy_logic_item *to = link == NULL ? NULL : &m->items[link->to];
    const struct shy_logic_beside *b = &v->items[i];
    const char *const cells[COLUMNS] = {
        m->id,
        shy_logic_level_id(item->level),
        item->id,
        item->name,
        item->definition == NULL ? "" : item->definition->id,
        v->area,
        b->number,
        b->unit,
        b->period,
        b->state,
        b->target,
        b->progress,
        to == NULL ? "" : shy_logic_level_id(to->level),
        to == NULL ? "" : to->id,
        to == NULL ? "" : to->name,
        link == NULL ? "" : link->note,
    };
    for (size_t c = 0; c < COLUMNS; c++)
        shy_csv_cell(out, cells[c], c == 0);
    shy_text_adds(out, "\n");
}

static void as_csv(struct shy_text *out, const struct shy_logic_model *m,
                   const struct shy_logic_values *v)
{
    for (size_t c = 0; c < COLUMNS; c++)
        shy_csv_cell(out, names[c], c == 0);
    shy_text_adds(out, "\n");
    for (size_t i = 0; i < m->item_count; i++) {
        bool any = false;
        for (size_t k = 0; k < m->link_count; k++) {
            if (m->links[k].from != i)
                continue;
            csv_line(out, m, v, i, &m->links[k]);
            any = true;
        }
        if (!any)
            csv_line(out, m, v, i, NULL);
    }
}

static json_t *json_item(const struct shy_logic_item *item, const struct shy_logic_beside *b)
{
    return json_pack(
        "{s:s,s:s,s:s,s:s*,s:s,s:o,s:s,s:s,s:s,s:s,s:s}", "level", shy_logic_level_id(item->level),
        "id", item->id, "name", item->name, "indicator",
        item->definition == NULL ? NULL : item->definition->id, "note", item->note, "value",
        b->number[0] == '\0' ? json_null() : json_real(strtod(b->number, NULL)), "unit", b->unit,
        "period", b->period, "state", b->state, "target", b->target, "progress", b->progress);
}

static int as_json(struct shy_text *out, const struct shy_logic_model *m,
                   const struct shy_logic_values *v, struct shihyo_error *err)
{
    json_t *items = json_array(), *links = json_array();
    for (size_t i = 0; i < m->item_count; i++)
        (void)json_array_append_new(items, json_item(&m->items[i], &v->items[i]));
    for (size_t k = 0; k < m->link_count; k++)
        (void)json_array_append_new(
            links, json_pack("{s:s,s:s,s:s}", "from", m->items[m->links[k].from].id, "to",
                             m->items[m->links[k].to].id, "note", m->links[k].note));
    bool whole = json_array_size(items) == m->item_count && json_array_size(links) == m->link_count;
    json_t *all = json_pack("{s:s,s:s,s:s,s:s,s:o,s:o}", "model", m->id, "name", m->name, "area",
                            v->area, "area_name", v->area_name, "items", items, "links", links);
    char *text = all == NULL || !whole ? NULL : json_dumps(all, JSON_INDENT(2));
    json_decref(all);
    if (text == NULL)
        return shy_fail_nomem(err);
    shy_text_addf(out, "%s\n", text);
    free(text);
    return 0;
}

int shy_show_logic(const struct shy_logic_model *m, const struct shy_logic_values *v,
                   const struct shy_show_options *options, struct shy_text *out,
                   struct shihyo_error *err)
{
    if (options->format == SHY_FORMAT_JSON)
        SHY_TRY(as_json(out, m, v, err));
    else if (options->format == SHY_FORMAT_CSV)
        as_csv(out, m, v);
    else
        as_list(out, m, v, options->japanese);
    return out->failed ? shy_fail_nomem(err) : 0;
}

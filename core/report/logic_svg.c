/* SPDX-License-Identifier: MIT */
/*
 * A logic model drawn: a column for each level, boxes with their values, numbered links whose notes
 * stand below. Whole numbers only, black on white: levels and kinds of links are told by place,
 * line and number, so that a photocopy says as much as a screen.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/report/logic_out.h"

enum {
    MARGIN = 24,
    BOX = 232,    /* width of a box */
    GAP = 120,    /* between columns */
    LINE = 18,    /* height of a line of text */
    INNER = 10,   /* from the edge of a box to its text */
    BETWEEN = 20, /* boxes */
    TOP = 96,     /* of the first box */
    WIDE = 30,    /* columns of a terminal that fit in a box at 13 pixels */
    ITEMS_MOST = 500,
};

struct box {
    int x, y, height;
    int in, out, ins, outs; /* links: seen so far, and all */
};
struct drawing {
    const struct shy_logic_model *m;
    const struct shy_logic_values *v;
    struct shy_text *out;
    struct box boxes[ITEMS_MOST];
    int bottom, width;
};

/* Text -------------------------------------------------------------------------------------- */

static void add_escaped(struct shy_text *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '&')
            shy_text_adds(out, "&amp;");
        else if (c == '<')
            shy_text_adds(out, "&lt;");
        else if (c == '>')
            shy_text_adds(out, "&gt;");
        else if (c == '"')
            shy_text_adds(out, "&quot;");
        else if (c >= 0x20 && c != 0x7f)
            shy_text_add(out, &text[i], 1);
        else
            shy_text_adds(out, " ");
    }
}

/* Length of the part of a text that fits in so many columns; at least one character. */
static size_t fitting(const char *text, int columns)
{
    char one[8];
    size_t at = 0;
    int width = 0;
    while (text[at] != '\0') {
        size_t length = 1;
        while (length < 4 && ((unsigned char)text[at + length] & 0xc0) == 0x80)
            length++;
        memcpy(one, text + at, length);
        one[length] = '\0';
        width += shy_text_width(one);
        if (width > columns && at > 0)
            break;
        at += length;
    }
    return at;
}

static int lines_of(const char *text, int columns)
{
    int lines = 0;
    for (; *text != '\0'; text += fitting(text, columns))
        lines++;
    return lines;
}

/* Draws a text in lines and gives where the next begins. */
static int add_lines(struct shy_text *out, const char *text, int columns, int x, int y,
                     const char *style)
{
    for (size_t length; *text != '\0'; text += length, y += LINE) {
        length = fitting(text, columns);
        shy_text_addf(out, "<text x=\"%d\" y=\"%d\"%s>", x, y, style);
        add_escaped(out, text, length);
        shy_text_adds(out, "</text>\n");
    }
    return y;
}

/* "12.3 施設 (FY2024)", or "" where there is no value. */
static void value_text(const struct shy_logic_beside *b, char *out, size_t size)
{
    out[0] = '\0';
    if (b->value[0] != '\0')
        (void)snprintf(out, size, "%s %s (%s)", b->value, b->unit, b->period);
}

/* Boxes ------------------------------------------------------------------------------------- */

static int height_of(const struct drawing *d, size_t i)
{
    char value[512];
    value_text(&d->v->items[i], value, sizeof value);
    return 2 * INNER +
           LINE * (lines_of(d->m->items[i].name, WIDE) + lines_of(value, WIDE) +
                   lines_of(d->v->items[i].target, WIDE)) -
           4;
}

/* Columns stand for levels that have items. */
static void place(struct drawing *d)
{
    int column = -1, level = -1, y = TOP;
    for (size_t i = 0; i < d->m->item_count; i++) {
        struct box *b = &d->boxes[i];
        if ((int)d->m->items[i].level != level) {
            level = (int)d->m->items[i].level;
            column++;
            y = TOP;
        }
        *b = (struct box){.x = MARGIN + column * (BOX + GAP), .y = y, .height = height_of(d, i)};
        y += b->height + BETWEEN;
        d->bottom = y > d->bottom ? y : d->bottom;
    }
    for (size_t k = 0; k < d->m->link_count; k++) {
        d->boxes[d->m->links[k].from].outs++;
        d->boxes[d->m->links[k].to].ins++;
    }
    d->width = 2 * MARGIN + (column + 1) * BOX + column * GAP;
}

static void draw_headings(struct drawing *d)
{
    int level = -1;
    for (size_t i = 0; i < d->m->item_count; i++) {
        const struct box *b = &d->boxes[i];
        if ((int)d->m->items[i].level == level)
            continue;
        level = (int)d->m->items[i].level;
        shy_text_addf(d->out, "<text x=\"%d\" y=\"%d\" class=\"h\">", b->x, TOP - 26);
        add_escaped(d->out, shy_logic_level_label(d->m->items[i].level),
                    strlen(shy_logic_level_label(d->m->items[i].level)));
        shy_text_addf(d->out, "</text>\n<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", b->x,
                      TOP - 16, b->x + BOX, TOP - 16);
    }
}

/* An item without an indicator has round corners, a final outcome a thick line. */
static void draw_box(struct drawing *d, size_t i)
{
    const struct shy_logic_item *item = &d->m->items[i];
    const struct box *b = &d->boxes[i];
    char value[512];
    value_text(&d->v->items[i], value, sizeof value);
    shy_text_addf(d->out,
                  "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" "
                  "stroke-width=\"%d\"/>\n",
                  b->x, b->y, BOX, b->height, item->definition == NULL ? 14 : 0,
                  item->level == SHY_LOGIC_FINAL ? 3 : 1);
    int y = add_lines(d->out, item->name, WIDE, b->x + INNER, b->y + INNER + 11, "");
    y = add_lines(d->out, value, WIDE, b->x + INNER, y, " class=\"v\"");
    (void)add_lines(d->out, d->v->items[i].target, WIDE, b->x + INNER, y, "");
}

/* Links ------------------------------------------------------------------------------------- */

/* One coordinate of the curve after n quarters of it. */
static int along(int a, int b, int c, int d, int n)
{
    int m = 4 - n;
    return (a * m * m * m + 3 * b * m * m * n + 3 * c * m * n * n + d * n * n * n) / 64;
}

/* Ends are spread along the sides of the boxes, and numbers along the curves, so that they lie on
 * each other less. */
static void draw_link(struct drawing *d, size_t k)
{
    const struct shy_logic_link *link = &d->m->links[k];
    struct box *a = &d->boxes[link->from], *b = &d->boxes[link->to];
    int from_level = (int)d->m->items[link->from].level,
        to_level = (int)d->m->items[link->to].level;
    bool same = a->x == b->x, skips = to_level > from_level + 1;
    int x1 = a->x + BOX, y1 = a->y + a->height * ++a->out / (a->outs + 1);
    int x2 = same ? b->x + BOX : b->x, y2 = b->y + b->height * ++b->in / (b->ins + 1);
    int bend = same ? GAP / 2 : (x2 - x1) / 2;
    int cx = along(x1, x1 + bend, same ? x2 + bend : x2 - bend, x2, (int)(k % 3) + 1);
    int cy = along(y1, y1, y2, y2, (int)(k % 3) + 1);
    if (skips) { /* further on it may lie behind a box */
        cx = x1 + 2 * INNER;
        cy = y1;
    }
    shy_text_addf(d->out, "<path d=\"M%d %d C%d %d %d %d %d %d\"%s marker-end=\"url(#arrow)\"/>\n",
                  x1, y1, x1 + bend, y1, same ? x2 + bend : x2 - bend, y2, x2, y2,
                  skips ? " stroke-dasharray=\"6 4\"" : "");
    shy_text_addf(d->out,
                  "<circle cx=\"%d\" cy=\"%d\" r=\"10\"/>\n<text x=\"%d\" y=\"%d\" class=\"n\">%zu"
                  "</text>\n",
                  cx, cy, cx, cy + 4, k + 1);
}

static int draw_notes(struct drawing *d, int columns)
{
    int y = d->bottom + LINE;
    for (size_t k = 0; k < d->m->link_count; k++) {
        const struct shy_logic_link *link = &d->m->links[k];
        struct shy_text text = {0};
        shy_text_addf(&text, "%zu  %s → %s: %s", k + 1, d->m->items[link->from].name,
                      d->m->items[link->to].name, link->note);
        y = add_lines(d->out, shy_text_get(&text), columns, MARGIN, y, "");
        d->out->failed = d->out->failed || text.failed;
        shy_text_free(&text);
    }
    return add_lines(d->out,
                     _("Round corners: not measured by an indicator. Thick line: final outcome. "
                       "Dashed: a link that skips a level."),
                     columns, MARGIN, y + LINE / 2, "");
}

/* The height is known only when the notes are broken into lines, and stands before them. */
int shy_draw_logic(const struct shy_logic_model *m, const struct shy_logic_values *v,
                   struct shy_text *out, struct shihyo_error *err)
{
    struct shy_text body = {0};
    struct drawing *d = shy_alloc(1, sizeof *d);
    if (d == NULL)
        return shy_fail_nomem(err);
    *d = (struct drawing){.m = m, .v = v, .out = &body};
    place(d);
    if (d->width < 640)
        d->width = 640;
    draw_headings(d);
    for (size_t k = 0; k < m->link_count; k++)
        draw_link(d, k);
    for (size_t i = 0; i < m->item_count; i++)
        draw_box(d, i);
    int height = draw_notes(d, (d->width - 2 * MARGIN) / 7) + MARGIN;
    shy_text_addf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                  "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
                  d->width, height, d->width, height);
    add_escaped(out, m->name, strlen(m->name));
    shy_text_adds(out, "</title>\n<style>\n"
                       "text { font: 13px \"Noto Sans CJK JP\", \"Noto Sans JP\", \"Yu Gothic\", "
                       "\"Hiragino Sans\", \"IPAexGothic\", sans-serif; fill: #000 }\n"
                       ".t { font-size: 18px; font-weight: bold }\n"
                       ".h { font-size: 15px; font-weight: bold }\n"
                       ".v { font-weight: bold }\n"
                       ".n { font-size: 11px; text-anchor: middle }\n"
                       "rect, circle { fill: #fff; stroke: #000 }\n"
                       "line, path { fill: none; stroke: #000 }\n"
                       "</style>\n<defs><marker id=\"arrow\" markerWidth=\"9\" markerHeight=\"8\" "
                       "refX=\"9\" refY=\"4\" orient=\"auto\"><path d=\"M0 0 L9 4 L0 8 z\" "
                       "style=\"fill:#000;stroke:none\"/></marker></defs>\n");
    shy_text_addf(out, "<rect width=\"%d\" height=\"%d\" style=\"stroke:none\"/>\n", d->width,
                  height);
    shy_text_addf(out, "<text x=\"%d\" y=\"34\" class=\"t\">", MARGIN);
    add_escaped(out, m->name, strlen(m->name));
    if (v->area_name[0] != '\0') {
        shy_text_adds(out, "  ");
        add_escaped(out, v->area_name, strlen(v->area_name));
    }
    shy_text_adds(out, "</text>\n");
    shy_text_adds(out, shy_text_get(&body));
    shy_text_adds(out, "</svg>\n");
    bool failed = body.failed || out->failed;
    shy_text_free(&body);
    shy_free(d);
    return failed ? shy_fail_nomem(err) : 0;
}

/* SPDX-License-Identifier: MIT */
/* Institutions, care offices, insurers. Names are made up of the municipality's and a number. */
#include "config.h"

#include <stdio.h>

#include "core/synth/files.h"
#include "core/synth/out.h"

static void put_institution(const struct shy_synth_world *w, struct shy_out *o, uint32_t i,
                            int kind, const char *place, const char *word)
{
    const char *area = kind == 7 ? NULL : shy_synth_institution_area(w, i);
    char code[11], name[160];
    shy_synth_institution_code(w, i, kind, code);
    (void)snprintf(name, sizeof name, "%.90s%s%u", place, word, (unsigned)i + 1);
    char *at = shy_put_comma(shy_put_text(shy_out_begin(o), code, 10));
    at = shy_put_comma(shy_put_name(o, at, name));
    if (area != NULL)
        at = shy_put_text(at, area, 5);
    shy_out_end(o, shy_put_name(o, shy_put_comma(at), word));
}

/* The hospital or clinic, and the others that stand for it where such receipts are made. */
static void put_kinds(const struct shy_synth_world *w, struct shy_out *o, uint32_t i,
                      const char *place, bool hospital)
{
    unsigned with = w->options->with;
    put_institution(w, o, i, 1, place, hospital ? "病院" : "診療所");
    if ((with & SHY_SYNTH_DENTAL) != 0)
        put_institution(w, o, i, 3, place, "歯科");
    if ((with & SHY_SYNTH_PHARMACY) != 0)
        put_institution(w, o, i, 4, place, "薬局");
    if ((with & SHY_SYNTH_HOME_NURSING) != 0)
        put_institution(w, o, i, 6, place, "訪問看護ステーション");
}

static void put_institutions(const struct shy_synth_world *w, struct shy_out *o)
{
    for (uint32_t place = 0; place < w->place_count; place++) {
        const struct shy_synth_place *p = &w->places[place];
        for (uint32_t k = 0; k < p->institutions; k++)
            put_kinds(w, o, p->first_institution + k, p->name, k % 12 == 0);
    }
    for (uint32_t k = 0; k < w->outside; k++)
        put_kinds(w, o, w->inside + k, w->elsewhere[k % w->elsewhere_count]->name, true);
    for (uint32_t k = 0; k < w->unknown; k++)
        put_kinds(w, o, w->inside + w->outside + k, "所在地不明", false);
}

static void put_offices(const struct shy_synth_world *w, struct shy_out *o)
{
    for (uint32_t place = 0; place < w->place_count; place++) {
        const struct shy_synth_place *p = &w->places[place];
        for (uint32_t k = 0; k < p->offices; k++) {
            char code[11], name[160];
            shy_synth_institution_code(w, p->first_office + k, 7, code);
            (void)snprintf(name, sizeof name, "%.90s介護事業所%u", p->name, (unsigned)k + 1);
            char *at = shy_put_comma(shy_put_text(shy_out_begin(o), code, 10));
            at = shy_put_comma(shy_put_name(o, at, name));
            shy_out_end(o, shy_put_text(at, p->code, 5));
        }
    }
}

static void put_insurer(struct shy_out *o, const char *number, const char *name, const char *word,
                        const char *area)
{
    char *at = shy_put_comma(shy_put_text(shy_out_begin(o), number, strlen(number)));
    at = shy_put_name(o, shy_put_name(o, at, name), word);
    shy_out_end(o, shy_put_text(shy_put_comma(at), area, strlen(area)));
}

static void put_insurers(const struct shy_synth_world *w, struct shy_out *o)
{
    char number[9];
    for (uint32_t place = 0; place < w->place_count; place++) {
        const struct shy_synth_place *p = &w->places[place];
        shy_synth_insurer(w, SHY_SYNTH_NHI, place, -1, number);
        put_insurer(o, number, p->name, "国保", p->code);
        shy_synth_insurer(w, SHY_SYNTH_LATE, place, -1, number);
        put_insurer(o, number, p->name, "後期高齢者医療", "");
        shy_synth_insurer(w, SHY_SYNTH_CARE, place, -1, number);
        put_insurer(o, number, p->name, "介護保険", p->code);
    }
    for (int i = 0; i < SHY_SYNTH_ASSOCIATIONS; i++) {
        shy_synth_insurer(w, SHY_SYNTH_NHI, 0, i, number);
        put_insurer(o, number, "国保組合", i == 0 ? "一" : i == 1 ? "二" : "三", "");
    }
}

int shy_synth_write_lists(struct shy_synth_truth *truth, const char *directory,
                          struct shihyo_error *err)
{
    static const struct {
        const char *name, *header;
        void (*put)(const struct shy_synth_world *w, struct shy_out *o);
    } lists[] = {{"医療機関.csv", "医療機関コード,名称,市町村コード,種別", put_institutions},
                 {"介護事業所.csv", "事業所番号,名称,市町村コード", put_offices},
                 {"保険者.csv", "保険者番号,名称,市町村コード", put_insurers}};
    int code = 0;
    for (size_t i = 0; i < 3 && code == 0; i++) {
        struct shy_out o;
        SHY_TRY(shy_out_open(&o, directory, lists[i].name, lists[i].header,
                             truth->world->options->buffer, err));
        lists[i].put(truth->world, &o);
        truth->lines[SHY_TABLE_INSTITUTIONS + i] = o.lines;
        code = shy_out_close(&o, true);
    }
    return code;
}

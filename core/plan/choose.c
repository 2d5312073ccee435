/* SPDX-License-Identifier: MIT */
/*
 * Which answer of an indicator the project's sources can give. Different contracts of one answer
 * may come from different sources: claims from KDB, institutions from a register. What one contract
 * needs must be offered by one source, since columns of two cannot be put side by side: nothing
 * says which row of one is which of the other. Rows of all sources that deliver the contract are
 * counted all the same (core/project/dataset.c); the one found here gives the answer its name.
 */
#include "config.h"

#include "core/plan/plan.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

/* As deep as the compiler lets indicators use each other. */
enum { REFS_MOST = 65 };

struct choosing {
    const struct shy_plan *plan;
    const struct shy_offer *offers;
    size_t count;
};

/* No list of columns means all of them: that of a table whose declaration is its delivery. */
static bool offers_column(const struct shy_offer *offer, const char *column)
{
    if (offer->columns == NULL)
        return true;
    for (size_t i = 0; offer->columns[i] != NULL; i++) {
        if (strcmp(offer->columns[i], column) == 0)
            return true;
    }
    return false;
}

/* The first column of the need that the offer lacks. */
static const char *lacking_column(const struct shy_offer *offer, const struct shy_need *need)
{
    for (size_t i = 0; need->columns[i] != NULL; i++) {
        if (!offers_column(offer, need->columns[i]))
            return need->columns[i];
    }
    return NULL;
}

/* A need without a basis is met by every offer: it reads columns, not places. */
static bool offers_basis(const struct shy_offer *offer, const struct shy_need *need)
{
    return need->basis == 0 || (offer->bases & need->basis) != 0;
}

/* Offers stand in the order of the project's sources: the first that will do is taken. */
static const struct shy_offer *find_offer(const struct choosing *x, const struct shy_need *need)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct shy_offer *offer = &x->offers[i];
        if (strcmp(offer->contract, need->contract->id) == 0 && offers_basis(offer, need) &&
            lacking_column(offer, need) == NULL)
            return offer;
    }
    return NULL;
}

static const char *contract_label(const struct shy_need *need)
{
    return shy_i18n_pick(need->contract->label_ja, need->contract->label_en);
}

static const char *basis_label(uint32_t basis)
{
    switch (basis) {
    case SHIHYO_BASIS_RESIDENCE:
        return _("where the person lives");
    case SHIHYO_BASIS_INSURER:
        return _("of the insurer");
    default:
        return _("of the institution");
    }
}

/* Why no offer meets the need: the nearest miss is told. */
static void explain(const struct choosing *x, const struct shy_need *need, struct shy_text *why)
{
    const struct shy_offer *of_contract = NULL, *of_basis = NULL;
    for (size_t i = 0; i < x->count; i++) {
        const struct shy_offer *offer = &x->offers[i];
        if (strcmp(offer->contract, need->contract->id) != 0)
            continue;
        if (of_contract == NULL)
            of_contract = offer;
        if (of_basis == NULL && offers_basis(offer, need))
            of_basis = offer;
    }
    if (of_contract == NULL)
        shy_text_addf(why, _("no source of the project gives %s (%s)"), need->contract->id,
                      contract_label(need));
    else if (of_basis == NULL)
        shy_text_addf(why, _("'%s' gives %s, but not with the area %s"), of_contract->source,
                      need->contract->id, basis_label(need->basis));
    else
        shy_text_addf(why, _("'%s' gives %s without the column '%s'"), of_basis->source,
                      need->contract->id, lacking_column(of_basis, need));
}

static bool answerable(const struct choosing *x, const struct shy_answer *answer, unsigned depth,
                       struct shy_text *why);

/* Which of its answers is taken is decided where the indicator itself is chosen for. */
static bool any_answerable(const struct choosing *x, const struct shy_definition *definition,
                           unsigned depth)
{
    for (size_t i = 0; i < definition->answer_count; i++) {
        if (answerable(x, &definition->answers[i], depth, NULL))
            return true;
    }
    return false;
}

/* why: gets the first thing that is lacking; NULL = only the verdict is wanted. */
static bool answerable(const struct choosing *x, const struct shy_answer *answer, unsigned depth,
                       struct shy_text *why)
{
    for (size_t i = 0; i < answer->need_count; i++) {
        if (find_offer(x, &answer->needs[i]) == NULL) {
            if (why != NULL)
                explain(x, &answer->needs[i], why);
            return false;
        }
    }
    for (size_t i = 0; i < answer->ref_count; i++) {
        const struct shy_definition *used = shy_plan_find(x->plan, answer->refs[i]);
        if (depth < REFS_MOST && used != NULL && any_answerable(x, used, depth + 1))
            continue;
        if (why != NULL)
            shy_text_addf(why, _("the indicator '%s' cannot be answered"), answer->refs[i]);
        return false;
    }
    return true;
}

/* NULL for an answer over other indicators only: they have sources of their own. */
static const char *main_source(const struct choosing *x, const struct shy_answer *answer)
{
    for (size_t i = 0; i < answer->need_count; i++) {
        if (answer->needs[i].contract == answer->main)
            return find_offer(x, &answer->needs[i])->source;
    }
    return NULL;
}

static bool is_wanted(const struct shy_answer *answer, const char *wanted)
{
    return wanted == NULL || (answer->name != NULL && strcmp(answer->name, wanted) == 0);
}

/* "KDB: no source of the project gives medical_items (…)": it goes on the result. */
static void add_reason(const struct choosing *x, const struct shy_definition *definition, size_t i,
                       const char *wanted, struct shy_text *reasons)
{
    const char *name = definition->answers[i].name;
    if (reasons->length > 0)
        shy_text_adds(reasons, "; ");
    if (name != NULL)
        shy_text_addf(reasons, "%s: ", name);
    else if (definition->answer_count > 1)
        shy_text_addf(reasons, _("answer %zu: "), i + 1);
    if (is_wanted(&definition->answers[i], wanted))
        (void)answerable(x, &definition->answers[i], 0, reasons);
    else
        shy_text_addf(reasons, _("the project asks for '%s'"), wanted);
}

/* A choice is made for the definition alone. The indicators it uses are chosen for by themselves,
 * so a definition and one that uses it always agree on the value. */
int shy_plan_choose_named(const struct shy_plan *plan, const struct shy_definition *definition,
                          const char *wanted, const struct shy_offer *offers, size_t count,
                          struct shy_choice *out, struct shihyo_error *err)
{
    struct choosing x = {plan, offers, count};
    struct shy_text reasons = {0};
    int rc = 0;
    *out = (struct shy_choice){0};
    for (size_t i = 0; i < definition->answer_count && out->answer == NULL; i++) {
        const struct shy_answer *answer = &definition->answers[i];
        if (is_wanted(answer, wanted) && answerable(&x, answer, 0, NULL))
            out->answer = answer;
        else
            add_reason(&x, definition, i, wanted, &reasons);
    }
    if (reasons.failed) {
        rc = shy_fail_nomem(err);
        out->answer = NULL;
    } else if (out->answer == NULL) {
        rc = shy_fail(err, SHY_E_NO_ANSWER, _("No source of the project can answer '%s'."),
                      definition->id);
        shy_value(err, definition->id, strlen(definition->id));
        shy_hint(err, "%s", shy_text_get(&reasons));
    } else {
        out->source = main_source(&x, out->answer);
    }
    shy_copy_text(out->reason, sizeof out->reason, shy_text_get(&reasons), reasons.length);
    shy_text_free(&reasons);
    return rc;
}

int shy_plan_choose(const struct shy_plan *plan, const struct shy_definition *definition,
                    const struct shy_offer *offers, size_t count, struct shy_choice *out,
                    struct shihyo_error *err)
{
    return shy_plan_choose_named(plan, definition, NULL, offers, count, out, err);
}

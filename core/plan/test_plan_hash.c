/* SPDX-License-Identifier: MIT */
/*
 * Identity: a definition written otherwise but meaning the same has the same hash; any change of
 * meaning has another. The hash of BLAKE2b itself is checked in core/base.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/plan/test_plan_help.h"

/* %s: the list's entries, the conditions, what else the operators say, the answer, the rate. */
#define LIST "{'code':'114001110'},{'code':'114012910','from':'2012-04-01'}"
#define WHERE \
    "{'column':'item','codes':'visit_care'},{'column':'scheme','in':['nhi','late_elderly']}"
#define ANSWER "'unit':'人','by':{'basis':'insurer'}"
#define RATE "'per':10000,'population':{'age_from':75}"

struct variant {
    const char *name;
    const char *list, *where, *operators, *answer, *rate;
};

static char *document_of(const struct variant *v)
{
    struct shy_text text = {0};
    shy_text_addf(&text,
                  "{'format':1,'pack':{'id':'p'},'code_lists':[{'id':'visit_care','entries':[%s]}],"
                  "'indicators':[{'id':'a','name':'n','metadata':{'stages':['x'],'kind':'process'},"
                  "'answers':[{'value':{'op':'persons','rows':{'op':'having','other':{'op':'scan',"
                  "'contract':'medical_items'},'rows':{'op':'scan','contract':'medical_items',"
                  "'where':[%s]}%s}},%s}],'rates':[{%s}]},"
                  "{'id':'b','name':'n','unit':'位','answers':[{'value':{'op':'rank','value':"
                  "{'op':'indicator','id':'a'}}}]}]}",
                  v->list, v->where, v->operators, v->answer, v->rate);
    assert_false(text.failed);
    return text.text;
}

/* Hashes of a and of its answer, and of b, which uses a. */
struct hashes {
    char definition[SHY_HASH_TEXT], answer[SHY_HASH_TEXT], user[SHY_HASH_TEXT];
    char *canonical;
};

static void hash_text(const char *text, struct hashes *out)
{
    struct compiled x;
    compile_text(&x, text);
    assert_int_equal(x.rc, 0);
    for (size_t i = 0; i < x.problems.count; i++)
        print_error("%s\n", x.problems.items[i].error.message);
    assert_int_equal(x.problems.errors, 0);
    const struct shy_definition *a = shy_plan_find(x.plan, "a"), *b = shy_plan_find(x.plan, "b");
    assert_true(a->ok && b->ok);
    memcpy(out->definition, a->hash, sizeof out->definition);
    memcpy(out->answer, a->answers[0].hash, sizeof out->answer);
    memcpy(out->user, b->hash, sizeof out->user);
    out->canonical = strdup(a->canonical);
    compiled_free(&x);
}

static void hash_of(const struct variant *v, struct hashes *out)
{
    char *text = document_of(v);
    hash_text(text, out);
    shy_free(text);
}

static const struct variant base = {"base", LIST, WHERE, "", ANSWER, RATE};

static void test_hash_same_meaning(void **state)
{
    static const struct variant same[] = {
        {"places", "{'code':'114001110','at':'x.lua:9'},{'code':'114012910','from':'2012-04-01'}",
         WHERE, ",'at':'y.lua:3'", ANSWER, RATE ",'at':'z.lua:1'"},
        {"order of values", LIST,
         "{'column':'item','codes':'visit_care'},{'column':'scheme','in':['late_elderly','nhi']}",
         "", ANSWER, RATE},
        {"a value twice", LIST,
         "{'column':'item','codes':'visit_care'},{'column':'scheme','in':['nhi','nhi',"
         "'late_elderly']}",
         "", ANSWER, RATE},
        {"order of conditions", LIST,
         "{'in':['nhi','late_elderly'],'column':'scheme'},{'codes':'visit_care','column':'item'}",
         "", ANSWER, RATE},
        {"a condition twice", LIST, WHERE ",{'column':'item','codes':'visit_care'}", "", ANSWER,
         RATE},
        {"the way to a column", LIST,
         "{'column':'item','codes':'visit_care'},{'column':'person.scheme','in':['nhi',"
         "'late_elderly']}",
         "", ANSWER, RATE},
        {"defaults", LIST,
         "{'column':'item','codes':'visit_care','not':false},{'column':'scheme','in':['nhi',"
         "'late_elderly']}",
         ",'match':'claim'", ANSWER, "'per':10000,'population':{'age_from':75,'year':'latest'}"},
        {"nothing said", LIST, WHERE, ",'match':null", ANSWER ",'note':null", RATE},
        {"order of codes", "{'code':'114012910','from':'2012-04-01'},{'code':'114001110'}", WHERE,
         "", ANSWER, RATE},
        {"labels of codes",
         "{'code':'114001110','label':'訪問診療料'},{'code':'114012910',"
         "'from':'2012-04-01'}",
         WHERE, "", ANSWER, RATE},
    };
    struct hashes first, other;
    (void)state;
    hash_of(&base, &first);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        hash_of(&same[i], &other);
        if (strcmp(first.canonical, other.canonical) != 0)
            print_error("%s:\n%s\n%s\n", same[i].name, first.canonical, other.canonical);
        assert_string_equal(first.canonical, other.canonical);
        assert_string_equal(first.definition, other.definition);
        assert_string_equal(first.answer, other.answer);
        assert_string_equal(first.user, other.user);
        free(other.canonical);
    }
    free(first.canonical);
}

static void test_hash_other_meaning(void **state)
{
    static const struct variant others[] = {
        {"a code", "{'code':'114001111'},{'code':'114012910','from':'2012-04-01'}", WHERE, "",
         ANSWER, RATE},
        {"its validity", "{'code':'114001110'},{'code':'114012910','from':'2012-05-01'}", WHERE, "",
         ANSWER, RATE},
        {"a value less", LIST,
         "{'column':'item','codes':'visit_care'},{'column':'scheme','in':['nhi']}", "", ANSWER,
         RATE},
        {"a condition less", LIST, "{'column':'item','codes':'visit_care'}", "", ANSWER, RATE},
        {"the opposite", LIST,
         "{'column':'item','codes':'visit_care','not':true},{'column':'scheme','in':['nhi',"
         "'late_elderly']}",
         "", ANSWER, RATE},
        {"the match", LIST, WHERE, ",'match':'month'", ANSWER, RATE},
        {"the basis", LIST, WHERE, "", "'unit':'人','by':{'basis':'institution'}", RATE},
        {"the unit", LIST, WHERE, "", "'unit':'人/月','by':{'basis':'insurer'}", RATE},
    };
    struct hashes first, other;
    (void)state;
    hash_of(&base, &first);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        hash_of(&others[i], &other);
        if (strcmp(first.answer, other.answer) == 0)
            print_error("%s\n", others[i].name);
        assert_string_not_equal(first.definition, other.definition);
        assert_string_not_equal(first.answer, other.answer);
        assert_string_not_equal(first.user, other.user);
        free(other.canonical);
    }
    free(first.canonical);
}

/* What is written about a figure belongs to the definition, not to what is computed. */
static void test_hash_of_words(void **state)
{
    static const struct variant others[] = {
        {"a note", LIST, WHERE, "", ANSWER ",'note':'国保・後期高齢者のみ'", RATE},
        {"the name of the answer", LIST, WHERE, "", ANSWER ",'name':'KDB'", RATE},
        {"a rate", LIST, WHERE, "", ANSWER, "'per':100000,'population':{'age_from':75}"},
        {"whose rate", LIST, WHERE, "", ANSWER, "'per':10000,'population':{'age_from':65}"},
    };
    struct hashes first, other;
    (void)state;
    hash_of(&base, &first);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        hash_of(&others[i], &other);
        assert_string_not_equal(first.definition, other.definition);
        assert_string_equal(first.answer, other.answer);
        free(other.canonical);
    }
    free(first.canonical);
}

/* The canonical text, once in full: keys sorted, no white space, no places, defaults written. */
static void test_hash_canonical_text(void **state)
{
    struct compiled x;
    (void)state;
    compile_text(&x, "{'format':1,'indicators':[{'at':'a.lua:1','name':'病床数','id':'beds',"
                     "'unit':'床','answers':[{'value':{'rows':{'where':[{'in':['total'],"
                     "'column':'function'}],'contract':'beds','op':'scan'},'op':'sum'}}],"
                     "'rates':[{'population':{},'per':100000}]}]}");
    const struct shy_definition *d = shy_plan_find(x.plan, "beds");
    assert_string_equal(
        d->canonical,
        "{\"answers\":[{\"by\":\"institution\",\"unit\":\"床\",\"value\":{\"column\":\"value\","
        "\"masked\":\"propagate\",\"op\":\"sum\",\"rows\":{\"contract\":\"beds\",\"op\":\"scan\","
        "\"where\":[{\"column\":\"function\",\"in\":[\"total\"],\"not\":false}]}}}],"
        "\"decimals\":0,\"id\":\"beds\",\"kind\":\"indicator\",\"name\":\"病床数\",\"rates\":[{"
        "\"per\":100000,\"population\":{\"age_from\":0,\"year\":\"latest\"}}],\"unit\":\"床\"}");
    compiled_free(&x);
}

/* Whatever else is compiled, and in whatever order, a definition has one hash. */
static void test_hash_alone_or_together(void **state)
{
    char *text = document_of(&base);
    json_t *one = parse_json(text);
    json_t *other = parse_json(
        "{'format':1,'code_lists':[{'id':'aaa','entries':[{'code':'1'}]}],'indicators':["
        "{'id':'0','name':'n','unit':'人','answers':[{'by':{'basis':'insurer'},'value':{'op':"
        "'claims','rows':{'op':'scan','contract':'medical_items'}}}]}]}");
    const json_t *orders[2][2] = {{one, other}, {other, one}};
    struct hashes alone;
    (void)state;
    hash_text(text, &alone);
    for (size_t i = 0; i < 2; i++) {
        struct compiled x;
        compile_json(&x, orders[i], 2);
        assert_int_equal(x.problems.errors, 0);
        assert_string_equal(shy_plan_find(x.plan, "a")->hash, alone.definition);
        assert_string_equal(shy_plan_find(x.plan, "b")->hash, alone.user);
        compiled_free(&x);
    }
    free(alone.canonical);
    shy_free(text);
    json_decref(one);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_same_meaning),      cmocka_unit_test(test_hash_other_meaning),
        cmocka_unit_test(test_hash_of_words),          cmocka_unit_test(test_hash_canonical_text),
        cmocka_unit_test(test_hash_alone_or_together),
    };
    return cmocka_run_group_tests_name("plan hash", tests, NULL, NULL);
}

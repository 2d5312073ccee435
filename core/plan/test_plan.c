/* SPDX-License-Identifier: MIT */
/*
 * The typed plan: nodes, columns, defaults, areas, dimensions, periods of code lists, the limits,
 * and what happens when memory runs out. Expected values follow docs/plan.md.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/base/period.h"
#include "core/plan/test_plan_help.h"

#define INDICATOR(value, more) \
    "{'format':1,'code_lists':[{'id':'visit_care','attributes':['severity'],'entries':[" \
    "{'code':'114001110','values':{'severity':'heavy'}},{'code':'114030310'}]}]," \
    "'indicators':[{'id':'t','name':'n','unit':'人','at':'t.lua:3','answers':[{'value':" value \
    "}]" more "}]}"
#define BY_INSURER(value) \
    "{'format':1,'code_lists':[{'id':'visit_care','attributes':['severity'],'entries':[" \
    "{'code':'114001110','values':{'severity':'heavy'}},{'code':'114030310'}]}]," \
    "'indicators':[{'id':'t','name':'n','unit':'人','at':'t.lua:3','answers':[{'by':{'basis':" \
    "'insurer'},'value':" value "}]}]}"
#define ITEMS(where) "{'op':'scan','contract':'medical_items','where':[" where "]}"

static void compile_good(struct compiled *x, const char *text)
{
    compile_text(x, text);
    for (size_t i = 0; i < x->problems.count; i++)
        print_error("%s\n", x->problems.items[i].error.message);
    assert_int_equal(x->rc, 0);
    assert_int_equal(x->problems.errors, 0);
}

static const struct shy_node *value_of(const struct compiled *x, const char *id)
{
    const struct shy_definition *d = shy_plan_find(x->plan, id);
    assert_non_null(d);
    assert_true(d->ok);
    return shy_plan_node(x->plan, d->answers[0].value);
}

static const struct shy_node *input(const struct compiled *x, const struct shy_node *node, int i)
{
    return shy_plan_node(x->plan, node->inputs[i]);
}

/* Nodes ----------------------------------------------------------------------------------- */

static void test_plan_nodes(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, BY_INSURER("{'op':'monthly_average','value':{'op':'persons','rows':" ITEMS(
                         "{'column':'item','codes':'visit_care'}") "}}"));
    const struct shy_node *average = value_of(&x, "t"), *persons = input(&x, average, 0),
                          *scan = input(&x, persons, 0);
    assert_int_equal(average->op, SHY_OP_MONTHLY_AVERAGE);
    assert_int_equal(persons->op, SHY_OP_PERSONS);
    assert_null(persons->contract);
    assert_int_equal(scan->op, SHY_OP_SCAN);
    assert_string_equal(scan->contract->id, "medical_items");
    assert_int_equal(scan->inputs[0], 0);
    assert_int_equal(scan->where_count, 1);
    assert_int_equal(scan->where[0].kind, SHY_COND_CODES);
    assert_ptr_equal(scan->where[0].list, shy_plan_code_list(x.plan, "visit_care"));
    assert_string_equal(scan->file, "t.lua");
    assert_int_equal(scan->line, 3);
    assert_true(average->inputs[0] < shy_plan_find(x.plan, "t")->answers[0].value);
    assert_null(shy_plan_node(x.plan, 0));
    assert_null(shy_plan_node(x.plan, 99));
    compiled_free(&x);
}

/* Equal sub-plans of all indicators are one node, however they are written. */
static void test_plan_shared(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(
        &x,
        "{'format':1,'indicators':["
        "{'id':'a','name':'n','unit':'人','answers':[{'by':{'basis':'insurer'},'value':"
        "{'op':'persons','rows':" ITEMS(
            "{'column':'setting','in':['inpatient','outpatient']}") "}}]},"
                                                                    "{'id':'b','name':'n','unit':'"
                                                                    "件','answers':[{'by':{'basis':"
                                                                    "'residence'},'value':"
                                                                    "{'op':'claims','rows':" ITEMS(
                                                                        "{'in':['outpatient','"
                                                                        "inpatient'],'column':'"
                                                                        "claim.setting','at':'x:1'"
                                                                        "}") "}}]}]}");
    assert_int_equal(value_of(&x, "a")->inputs[0], value_of(&x, "b")->inputs[0]);
    assert_int_equal(shy_plan_node_count(x.plan), 3);
    compiled_free(&x);
}

static void test_plan_defaults(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, BY_INSURER("{'op':'persons','rows':{'op':'discharges','rows':{'op':'having',"
                                "'rows':{'op':'scan','contract':'medical_claims'},'other':" ITEMS(
                                    "") "}}}"));
    const struct shy_node *discharges = input(&x, value_of(&x, "t"), 0);
    assert_int_equal(discharges->keep, SHY_KEEP_EARLIEST);
    assert_int_equal(discharges->scope, SHY_SCOPE_PERIOD);
    assert_int_equal(discharges->gap, 1);
    assert_string_equal(discharges->contract->id, "medical_claims");
    assert_int_equal(input(&x, discharges, 0)->match, SHY_MATCH_CLAIM);
    compiled_free(&x);

    compile_good(&x, INDICATOR("{'op':'rank','value':{'op':'growth','value':{'op':'sum','rows':"
                               "{'op':'scan','contract':'beds'}}}}",
                               ""));
    const struct shy_node *rank = value_of(&x, "t"), *growth = input(&x, rank, 0);
    assert_true(rank->descending);
    assert_int_equal(rank->ties, SHY_TIES_MIN);
    assert_null(rank->within_set);
    assert_int_equal(growth->growth_years, 1);
    assert_int_equal(growth->growth_since.kind, SHY_PERIOD_NONE);
    assert_string_equal(input(&x, growth, 0)->operand.column, "value");
    assert_int_equal(input(&x, growth, 0)->masked, SHY_MASKED_PROPAGATE);
    compiled_free(&x);
}

/* The default of `match` goes by what both have. */
static void test_plan_match(void **state)
{
    static const struct {
        const char *other;
        enum shy_match match;
    } cases[] = {
        {"medical_claims", SHY_MATCH_CLAIM},
        {"care_claims", SHY_MATCH_MONTH},
        {"persons", SHY_MATCH_PERSON},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        struct compiled x;
        (void)snprintf(text, sizeof text,
                       BY_INSURER("{'op':'persons','rows':{'op':'lacking','rows':" ITEMS(
                           "") ",'other':{'op':'scan','contract':'%s'}}}"),
                       cases[i].other);
        compile_good(&x, text);
        const struct shy_node *lacking = input(&x, value_of(&x, "t"), 0);
        assert_int_equal(lacking->op, SHY_OP_LACKING);
        assert_int_equal(lacking->match, cases[i].match);
        compiled_free(&x);
    }
}

static void test_plan_parameters(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x,
                 BY_INSURER("{'op':'ratio','factor':1000,'num':{'op':'persons','rows':{'op':"
                            "'not_followed_by','from_month':0,'to_month':6,'rows':{'op':"
                            "'discharges','keep':'all','scope':'fiscal_year','gap':2,'rows':"
                            "{'op':'scan','contract':'medical_claims'}},'other':{'op':'scan',"
                            "'contract':'care_claims'}}},'den':{'op':'rows','rows':{'op':'pick'"
                            ",'keep':'latest','rows':{'op':'scan','contract':'care_claims'}}}}"));
    const struct shy_node *ratio = value_of(&x, "t"), *window = input(&x, input(&x, ratio, 0), 0),
                          *discharges = input(&x, window, 0),
                          *pick = input(&x, input(&x, ratio, 1), 0);
    assert_int_equal(ratio->factor, 1000);
    assert_int_equal(window->from_month, 0);
    assert_int_equal(window->to_month, 6);
    assert_string_equal(input(&x, window, 1)->contract->id, "care_claims");
    assert_int_equal(discharges->keep, SHY_KEEP_ALL);
    assert_int_equal(discharges->scope, SHY_SCOPE_FISCAL_YEAR);
    assert_int_equal(discharges->gap, 2);
    assert_int_equal(pick->keep, SHY_KEEP_LATEST);
    compiled_free(&x);
}

static void test_plan_terms(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, INDICATOR("{'op':'compute','function':'f','text_hash':'00','values':[{'name':"
                               "'a','value':{'op':'sum','rows':{'op':'scan','contract':'beds'}}},"
                               "{'name':'b','value':{'op':'total','of':[{'op':'sum','rows':{'op':"
                               "'scan','contract':'beds'}}]}}]}",
                               ""));
    const struct shy_node *compute = value_of(&x, "t");
    assert_int_equal(compute->of_count, 2);
    assert_string_equal(compute->names[0], "a");
    assert_string_equal(compute->names[1], "b");
    assert_string_equal(compute->function, "f");
    assert_int_equal(shy_plan_node(x.plan, compute->of[1])->op, SHY_OP_TOTAL);
    assert_int_equal(shy_plan_node(x.plan, compute->of[1])->of[0], compute->of[0]);
    assert_null(strstr(shy_plan_find(x.plan, "t")->canonical, "\"function\""));
    compiled_free(&x);
}

/* A share and the areas below it make one statement about set and policy. */
static void test_plan_share(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, "{'format':1,'indicators':[{'id':'t','name':'n','unit':'%','answers':[{'value'"
                     ":{'op':'share','set':'municipality','unreported':'exclude','value':{'op':"
                     "'areas','rows':{'op':'scan','contract':'facts.acp_outreach'}}}}]},"
                     "{'id':'u','name':'n','unit':'該当','answers':[{'value':{'op':'all_of','value'"
                     ":{'op':'areas','set':'home_care','unreported':'refuse','rows':{'op':'scan',"
                     "'contract':'facts.discharge_rules'}}}}]}]}");
    const struct shy_node *share = value_of(&x, "t"), *all = value_of(&x, "u");
    assert_string_equal(share->among_set, "municipality");
    assert_string_equal(input(&x, share, 0)->among_set, "municipality");
    assert_int_equal(input(&x, share, 0)->unreported, SHY_UNREPORTED_EXCLUDE);
    assert_string_equal(all->among_set, "home_care");
    assert_int_equal(all->unreported, SHY_UNREPORTED_REFUSE);
    compiled_free(&x);
}

/* Columns --------------------------------------------------------------------------------- */

static void column_of(struct compiled *x, const char *column, struct shy_operand *out)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   BY_INSURER("{'op':'distinct','column':%s,'rows':" ITEMS(
                       "{'column':'item','codes':'visit_care'}") "}"),
                   column);
    compile_good(x, text);
    *out = value_of(x, "t")->operand;
}

static void test_plan_columns(void **state)
{
    static const struct {
        const char *written, *column, *contract, *name, *link;
        enum shy_derived derived;
        enum shy_type type;
    } cases[] = {
        {"'item'", "item", "medical_items", "item", NULL, SHY_DERIVED_NO, SHY_CODE_T},
        {"'sex'", "person.sex", "persons", "sex", "person", SHY_DERIVED_NO, SHY_CODE_T},
        {"'person.sex'", "person.sex", "persons", "sex", "person", SHY_DERIVED_NO, SHY_CODE_T},
        {"'setting'", "claim.setting", "medical_claims", "setting", "claim", SHY_DERIVED_NO,
         SHY_CODE_T},
        {"'institution_area'", "institution.institution_area", "institutions", "institution_area",
         "institution", SHY_DERIVED_NO, SHY_CODE_T},
        {"'age'", "age", "persons", "birth_month", "person", SHY_DERIVED_AGE, SHY_INT_T},
        {"'severity'", "item", "medical_items", "item", NULL, SHY_DERIVED_CODE_ATTRIBUTE,
         SHY_CODE_T},
        {"{'attribute':'visit_care.severity'}", "item", "medical_items", "item", NULL,
         SHY_DERIVED_CODE_ATTRIBUTE, SHY_CODE_T},
        {"{'column':'item','attribute':'visit_care.severity'}", "item", "medical_items", "item",
         NULL, SHY_DERIVED_CODE_ATTRIBUTE, SHY_CODE_T},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct compiled x;
        struct shy_operand o;
        column_of(&x, cases[i].written, &o);
        assert_string_equal(o.column, cases[i].column);
        assert_string_equal(o.contract->id, cases[i].contract);
        assert_string_equal(o.contract->columns[o.index].name, cases[i].name);
        assert_int_equal(o.link == NULL, cases[i].link == NULL);
        if (o.link != NULL)
            assert_string_equal(o.link, cases[i].link);
        assert_int_equal(o.derived, cases[i].derived);
        assert_int_equal(o.type, cases[i].type);
        if (o.derived == SHY_DERIVED_CODE_ATTRIBUTE)
            assert_string_equal(o.list->attributes[o.attribute_index], "severity");
        compiled_free(&x);
    }
}

/* Values at the scale and in the order the evaluator compares them. */
static void test_plan_conditions(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(
        &x, INDICATOR("{'op':'sum','column':'held','rows':{'op':'scan','contract':"
                      "'facts.acp_outreach','where':[{'column':'share_known','in':[12.5,3,0.1]},"
                      "{'column':'held','from':1,'not':true},{'column':'period','in':['FY2024',"
                      "'2023-10-01']},{'column':'share_known','state':'unreported'}]}}",
                      ""));
    const struct shy_node *scan = input(&x, value_of(&x, "t"), 0);
    const struct shy_condition *known = NULL, *held = NULL, *period = NULL, *unreported = NULL;
    assert_int_equal(scan->where_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct shy_condition *c = &scan->where[i];
        if (c->kind == SHY_COND_STATE)
            unreported = c;
        else if (c->kind == SHY_COND_RANGE)
            held = c;
        else if (c->texts != NULL)
            period = c;
        else
            known = c;
    }
    assert_true(known != NULL && held != NULL && period != NULL && unreported != NULL);
    assert_int_equal(known->count, 3);
    assert_int_equal(known->numbers[0], 1);
    assert_int_equal(known->numbers[1], 30);
    assert_int_equal(known->numbers[2], 125);
    assert_true(held->negated && held->has_from && !held->has_to && held->from == 1);
    assert_int_equal(period->count, 2);
    assert_string_equal(period->texts[0], "2023-10-01");
    assert_string_equal(period->texts[1], "FY2024");
    assert_int_equal(unreported->state, SHIHYO_STATE_UNREPORTED);
    compiled_free(&x);
}

static void test_plan_times(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, BY_INSURER("{'op':'rows','rows':" ITEMS(
                         "{'column':'month','from':'2023-04','to':'2024-03'}") "}"));
    const struct shy_condition *c = &input(&x, value_of(&x, "t"), 0)->where[0];
    assert_int_equal(c->from, shy_month(2023, 4));
    assert_int_equal(c->to, shy_month(2024, 3));
    compiled_free(&x);
    compile_good(&x, INDICATOR("{'op':'areas','rows':{'op':'scan','contract':"
                               "'facts.discharge_rules','where':[{'column':'since','to':"
                               "'1970-01-02'},{'column':'in_force','in':[true]}]}}",
                               ""));
    const struct shy_node *scan = input(&x, value_of(&x, "t"), 0);
    for (size_t i = 0; i < 2; i++) {
        if (scan->where[i].kind == SHY_COND_RANGE)
            assert_int_equal(scan->where[i].to, 1);
        else
            assert_int_equal(scan->where[i].numbers[0], 1);
    }
    compiled_free(&x);
}

/* Areas and dimensions -------------------------------------------------------------------- */

static void test_plan_by(void **state)
{
    static const struct {
        const char *basis, *column, *link;
    } cases[] = {
        {"insurer", "insurer_area", "person"},
        {"residence", "residence_area", "person"},
        {"institution", "institution_area", "institution"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        struct compiled x;
        (void)snprintf(
            text, sizeof text,
            "{'format':1,'indicators':[{'id':'t','name':'n','unit':'人','answers':[{'by':"
            "{'basis':'%s'},'value':{'op':'persons','rows':" ITEMS("") "}}]}]}",
            cases[i].basis);
        compile_good(&x, text);
        const struct shy_answer *answer = &shy_plan_find(x.plan, "t")->answers[0];
        assert_int_equal(answer->area_count, 1);
        assert_int_equal(answer->areas[0].leaf, answer->value);
        const struct shy_operand *o =
            shy_leaf_operand(answer->areas, answer->area_count, answer->value);
        assert_string_equal(o->contract->columns[o->index].name, cases[i].column);
        assert_string_equal(o->link, cases[i].link);
        assert_null(shy_leaf_operand(answer->areas, answer->area_count, 99));
        compiled_free(&x);
    }
}

/* Without `by`, tables that name their areas stand on the basis they share. */
static void test_plan_by_default(void **state)
{
    static const struct {
        const char *value;
        uint32_t basis;
    } cases[] = {
        {"{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}}", SHIHYO_BASIS_INSTITUTION},
        {"{'op':'areas','rows':{'op':'scan','contract':'facts.discharge_rules'}}",
         SHIHYO_BASIS_NONE},
        {"{'op':'ratio','num':{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}},'den':"
         "{'op':'sum','rows':{'op':'scan','contract':'population'}}}",
         SHIHYO_BASIS_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        struct compiled x;
        (void)snprintf(text, sizeof text, INDICATOR("%s", ""), cases[i].value);
        compile_good(&x, text);
        assert_int_equal(shy_plan_find(x.plan, "t")->answers[0].by.basis, cases[i].basis);
        compiled_free(&x);
    }
}

static void test_plan_rates(void **state)
{
    static const char *const measures[] = {"rate:10000:75+", "rate:100000:all", "rate:10000:65-74",
                                           "rate:100000:female:75+", "rate:1000:0-14:same"};
    struct compiled x;
    (void)state;
    compile_good(&x, INDICATOR("{'op':'sum','rows':{'op':'scan','contract':'ndb_patients'}}",
                               ",'rates':[{'per':10000,'population':{'age_from':75}},{'per':100000,"
                               "'population':{}},{'per':10000,'population':{'age_from':65,'age_to':"
                               "74}},{'per':100000,'population':{'sex':'female','age_from':75}},"
                               "{'per':1000,'population':{'age_to':14,'year':'same'}}]"));
    const struct shy_definition *d = shy_plan_find(x.plan, "t");
    assert_int_equal(d->rate_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(d->rates[i].measure, measures[i]);
    assert_int_equal(d->rates[0].population.age_to, -1);
    assert_null(d->rates[0].population.sex);
    assert_string_equal(d->rates[3].population.sex, "female");
    assert_true(d->rates[4].population.same_year);
    compiled_free(&x);
}

static void test_plan_cross_table(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(
        &x, "{'format':1,'cross_tables':[{'id':'x','name':'n','unit':'人','by':{'basis':'insurer',"
            "'position':1},'rows':[{'label':'制度','column':'scheme','total':'合計'}],'columns':[{"
            "'label':'要介護度','column':'care_level','missing':'未認定','other':{'op':'scan',"
            "'contract':'care_claims'}}],'measures':[{'label':'a','value':{'op':'ratio','factor':"
            "1,'num':{'op':'persons','rows':" ITEMS(
                "") "},'den':{'op':'claims','rows':{'op':'scan'"
                    ",'contract':'medical_claims'}}}},{'label':'b','unit':'件','value':{'op':'"
                    "claims','rows'"
                    ":{'op':'scan','contract':'medical_claims'}}}]}]}");
    const struct shy_definition *d = shy_plan_find(x.plan, "x");
    assert_true(d->ok && d->area_rows);
    assert_int_equal(d->area_position, 1);
    assert_int_equal(d->dim_count, 2);
    assert_int_equal(d->row_dims, 1);
    assert_int_equal(d->measure_count, 2);
    assert_string_equal(d->measures[0].unit, "人");
    assert_int_equal(d->answer_count, 1);
    assert_int_equal(d->answers[0].value, 0);
    assert_int_equal(d->answers[0].area_count, 2);
    assert_string_equal(d->answers[0].main->id, "medical_items");
    assert_int_equal(d->dims[0].leaf_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct shy_node *leaf = shy_plan_node(x.plan, d->dims[0].leaves[i].leaf);
        const struct shy_operand *o = shy_dim_operand(&d->dims[0], d->dims[0].leaves[i].leaf);
        assert_true(shy_op_is_leaf(leaf->op));
        assert_string_equal(o->column, "person.scheme");
    }
    assert_int_equal(shy_plan_node(x.plan, d->dims[1].other)->op, SHY_OP_SCAN);
    assert_string_equal(d->dims[1].leaves[0].operand.column, "care_level");
    assert_int_equal(d->decimals, 1);
    compiled_free(&x);
}

static void test_plan_bad_beside_good(void **state)
{
    struct compiled x;
    (void)state;
    compile_text(&x,
                 "{'format':1,'indicators':["
                 "{'id':'bad','name':'n','unit':'床','answers':[{'value':{'op':'sum','rows':"
                 "{'op':'scan','contract':'beds','where':[{'column':'fucntion','in':['x']},"
                 "{'column':'status','in':['actua']}]}}}]},"
                 "{'id':'good','name':'n','unit':'床','metadata':{'stages':['a'],'at':'x:1'},"
                 "'answers':[{'value':{'op':'sum','rows':{'op':'scan','contract':'beds'}}}]}]}");
    assert_int_equal(x.rc, 0);
    assert_int_equal(x.problems.errors, 2);
    assert_int_equal(shy_plan_definition_count(x.plan), 2);
    assert_false(shy_plan_find(x.plan, "bad")->ok);
    assert_string_equal(shy_plan_find(x.plan, "bad")->name, "n");
    const struct shy_definition *good = shy_plan_find(x.plan, "good");
    assert_true(good->ok);
    assert_non_null(json_object_get(good->metadata, "stages"));
    assert_null(json_object_get(good->metadata, "at"));
    assert_null(shy_plan_find(x.plan, "other"));
    compiled_free(&x);
}

/* Code lists and periods ------------------------------------------------------------------ */

/* Codes of before and after a revision, as the fee schedule has one every second year. */
static const char revision[] =
    "{'format':1,'code_lists':[{'id':'fee','entries':[{'code':'1','to':'2016-03-31'},"
    "{'code':'2','from':'2016-04-01','to':'2018-03-31'},{'code':'3','from':'2018-06-01'}]}],"
    "'indicators':[{'id':'t','name':'n','unit':'人','at':'t.lua:3','answers':[{'by':{'basis':"
    "'insurer'},'value':{'op':'persons','rows':" ITEMS("{'column':'item','codes':'fee'}") "}}]}]}";

static void test_plan_check_period(void **state)
{
    static const struct {
        const char *period;
        size_t errors, warnings, notes;
        const char *message;
    } cases[] = {
        {"FY2014", 0, 0, 0, NULL},
        {"2016", 0, 0, 1, "t: 2 codes of the list 'fee' are valid in a part of 2016 only: 1, 2."},
        {"FY2018", 0, 1, 1,
         "t: In 2 months of FY2018, the first of them 2018-04, no code of the list 'fee' is "
         "valid."},
        {"2018-05", 1, 0, 0, "t: No code of the list 'fee' is valid in 2018-05."},
        {"2018-05-31", 1, 0, 0, "t: No code of the list 'fee' is valid in 2018-05-31."},
        {"2018-06-01", 0, 0, 0, NULL},
    };
    struct compiled x;
    (void)state;
    compile_good(&x, revision);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_problems problems = {0};
        struct shy_period period;
        assert_true(shy_period_parse(cases[i].period, &period));
        shy_plan_check_period(x.plan, shy_plan_find(x.plan, "t"), &period, &problems);
        assert_int_equal(problems.errors, cases[i].errors);
        assert_int_equal(problems.warnings, cases[i].warnings);
        assert_int_equal(problems.notes, cases[i].notes);
        if (cases[i].message != NULL)
            assert_string_equal(problems.items[0].error.message, cases[i].message);
        shy_problems_free(&problems);
    }
    compiled_free(&x);
}

static void test_plan_code_list_find(void **state)
{
    struct compiled x;
    (void)state;
    compile_good(&x, revision);
    const struct shy_code_list *list = shy_plan_code_list(x.plan, "fee");
    assert_int_equal(list->entry_count, 3);
    assert_non_null(shy_code_list_find(list, "1", shy_date_of(2016, 3, 31)));
    assert_null(shy_code_list_find(list, "1", shy_date_of(2016, 4, 1)));
    assert_null(shy_code_list_find(list, "3", shy_date_of(2018, 5, 31)));
    assert_string_equal(shy_code_list_find(list, "3", shy_date_of(2018, 6, 1))->code, "3");
    assert_null(shy_code_list_find(list, "4", shy_date_of(2018, 6, 1)));
    compiled_free(&x);
}

/* Limits ---------------------------------------------------------------------------------- */

static json_t *nested(unsigned depth)
{
    json_t *node = parse_json("{'op':'sum','rows':{'op':'scan','contract':'beds'}}");
    for (unsigned i = 0; i < depth; i++)
        node = json_pack("{s:s,s:[o]}", "op", "total", "of", node);
    json_t *answer = json_pack("[{s:o}]", "value", node);
    json_t *one =
        json_pack("[{s:s,s:s,s:s,s:o}]", "id", "t", "name", "n", "unit", "u", "answers", answer);
    return json_pack("{s:i,s:o}", "format", 1, "indicators", one);
}

static void test_plan_depth(void **state)
{
    static const struct {
        unsigned depth;
        size_t errors;
    } cases[] = {{198, 0}, {199, 1}, {1000, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct compiled x;
        const json_t *document = nested(cases[i].depth);
        compile_json(&x, &document, 1);
        assert_int_equal(x.rc, 0);
        assert_int_equal(x.problems.errors, cases[i].errors);
        compiled_free(&x);
        json_decref((json_t *)(uintptr_t)document);
    }
}

static void test_plan_width(void **state)
{
    json_t *document = nested(1), *terms = NULL;
    struct compiled x;
    (void)state;
    terms = json_object_get(
        json_object_get(
            json_array_get(
                json_object_get(json_array_get(json_object_get(document, "indicators"), 0),
                                "answers"),
                0),
            "value"),
        "of");
    for (unsigned i = 0; i < 60000; i++)
        json_array_append(terms, json_array_get(terms, 0));
    const json_t *const documents[] = {document};
    compile_json(&x, documents, 1);
    assert_int_equal(x.rc, 0);
    assert_true(x.problems.errors > 0 && x.problems.errors < 1100);
    assert_string_equal(x.problems.items[0].error.message,
                        "t: The definitions have more than 100000 operators.");
    compiled_free(&x);
    json_decref(document);
}

/* One indicator over another, 70 deep: beyond the limit of 64 none is compiled. */
static void test_plan_chain(void **state)
{
    json_t *document = nested(0), *list = json_object_get(document, "indicators");
    struct compiled x;
    (void)state;
    json_object_set_new(json_array_get(list, 0), "id", json_string("i99"));
    for (int i = 98; i >= 30; i--) {
        char id[16], used[16];
        (void)snprintf(id, sizeof id, "i%02d", i);
        (void)snprintf(used, sizeof used, "i%02d", i + 1);
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:[{s:{s:s,s:s}}]}", "id", id, "name",
                                              "n", "unit", "u", "answers", "value", "op",
                                              "indicator", "id", used));
    }
    const json_t *const documents[] = {document};
    compile_json(&x, documents, 1);
    assert_true(shy_plan_find(x.plan, "i98")->ok);
    assert_true(shy_plan_find(x.plan, "i35")->ok);
    assert_false(shy_plan_find(x.plan, "i34")->ok);
    assert_false(shy_plan_find(x.plan, "i30")->ok);
    assert_int_equal(x.problems.errors, 5);
    compiled_free(&x);
    json_decref(document);
}

/* What is used is found however deep it stands: named values take three tables each. */
static void test_plan_deep_reference(void **state)
{
    json_t *used = nested(0), *document = nested(0);
    json_t *node = json_pack("{s:s,s:s}", "op", "indicator", "id", "z");
    struct compiled x;
    (void)state;
    for (int i = 0; i < 150; i++)
        node = json_pack("{s:s,s:s,s:s,s:[{s:s,s:o}]}", "op", "compute", "function", "f",
                         "text_hash", "h", "values", "name", "a", "value", node);
    json_object_set_new(json_array_get(json_object_get(used, "indicators"), 0), "id",
                        json_string("z"));
    json_t *answers =
        json_object_get(json_array_get(json_object_get(document, "indicators"), 0), "answers");
    json_object_set_new(json_array_get(answers, 0), "value", node);
    const json_t *const documents[] = {document, used};
    compile_json(&x, documents, 2);
    assert_int_equal(x.problems.errors, 0);
    assert_true(shy_plan_find(x.plan, "t")->ok);
    compiled_free(&x);
    json_decref(document);
    json_decref(used);
}

static void test_plan_nothing(void **state)
{
    struct compiled x;
    (void)state;
    compile_json(&x, NULL, 0);
    assert_int_equal(x.rc, 0);
    assert_int_equal(shy_plan_definition_count(x.plan), 0);
    assert_null(shy_plan_find(x.plan, "t"));
    assert_null(shy_plan_code_list(x.plan, "t"));
    compiled_free(&x);
}

/* The tables ------------------------------------------------------------------------------ */

/* Every operator is there, has help, and names its parameters once. */
static void test_plan_operators(void **state)
{
    (void)state;
    assert_null(shy_operator(SHY_OP_NONE));
    assert_null(shy_operator_find("nothing"));
    for (int op = SHY_OP_NONE + 1; op < SHY_OP_COUNT_; op++) {
        const struct shy_operator *o = shy_operator((enum shy_op)op);
        assert_non_null(o);
        assert_ptr_equal(shy_operator_find(o->name), o);
        assert_true(o->help[0] != '\0');
        for (size_t i = 0; i < o->param_count; i++) {
            assert_ptr_equal(shy_operator_param(o, o->params[i].name), &o->params[i]);
            assert_true(o->params[i].help[0] != '\0');
            assert_true(shy_param_type_name(o->params[i].type)[0] != '\0');
            assert_true(o->params[i].offset + o->params[i].size <= sizeof(struct shy_node));
        }
    }
    assert_true(shy_op_is_rows(SHY_OP_UNION) && !shy_op_is_rows(SHY_OP_ROWS));
    assert_true(shy_op_is_leaf(SHY_OP_AREAS) && !shy_op_is_leaf(SHY_OP_MONTHLY_AVERAGE));
}

/* Every example of docs/plan.md compiles without a word. */
static void test_plan_documented_examples(void **state)
{
    FILE *f = fopen(SHY_TEST_SRCDIR "/docs/plan.md", "rb");
    char line[4096];
    size_t examples = 0;
    struct shy_text text = {0};
    bool inside = false;
    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        if (strcmp(line, "```json\n") == 0) {
            inside = true;
        } else if (inside && strcmp(line, "```\n") == 0) {
            struct compiled x;
            compile_good(&x, shy_text_get(&text));
            assert_int_equal(x.problems.count, 0);
            assert_true(shy_plan_definition_count(x.plan) > 0);
            compiled_free(&x);
            shy_text_clear(&text);
            inside = false;
            examples++;
        } else if (inside) {
            shy_text_adds(&text, line);
        }
    }
    shy_text_free(&text);
    (void)fclose(f);
    assert_true(examples >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_nodes),
        cmocka_unit_test(test_plan_shared),
        cmocka_unit_test(test_plan_defaults),
        cmocka_unit_test(test_plan_match),
        cmocka_unit_test(test_plan_parameters),
        cmocka_unit_test(test_plan_terms),
        cmocka_unit_test(test_plan_share),
        cmocka_unit_test(test_plan_columns),
        cmocka_unit_test(test_plan_conditions),
        cmocka_unit_test(test_plan_times),
        cmocka_unit_test(test_plan_by),
        cmocka_unit_test(test_plan_by_default),
        cmocka_unit_test(test_plan_rates),
        cmocka_unit_test(test_plan_cross_table),
        cmocka_unit_test(test_plan_bad_beside_good),
        cmocka_unit_test(test_plan_check_period),
        cmocka_unit_test(test_plan_code_list_find),
        cmocka_unit_test(test_plan_depth),
        cmocka_unit_test(test_plan_width),
        cmocka_unit_test(test_plan_chain),
        cmocka_unit_test(test_plan_deep_reference),
        cmocka_unit_test(test_plan_nothing),
        cmocka_unit_test(test_plan_operators),
        cmocka_unit_test(test_plan_documented_examples),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

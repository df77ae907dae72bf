/* The command line as its user meets it: words in, exit status and what is printed out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "svcsim/exam.h"

struct run {
	struct cli cli;
	struct sink_str out, err;
	int status;
};

static void
run_words(struct run *run, const char *line)
{
	char *copy = xstrdup(line);
	const char *argv[32];
	int argc = 0;

	*run = (struct run){ .cli = { .files = FILES_INIT }, .out = SINK_STR_INIT, .err = SINK_STR_INIT };
	run->cli.io = (struct io){ .files = &real_files, .files_state = &run->cli.files,
		.out = &run->out.sink, .err = &run->err.sink };
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	run->status = cli_run(&run->cli, argc, argv);
	free(copy);
}

static void
run_release(struct run *run)
{
	str_release(&run->out.str);
	str_release(&run->err.str);
	flags_release(&run->cli.flags);
	io_names_release(&run->cli.words);
	files_release(&run->cli.files);
}

/* ---- bad words and bad input: a status and one line ---- */

struct refusal {
	const char *words;
	int status;
	const char *err;	/* what it says, whole */
};

static const struct refusal refusals[] = {
	{ "trcae x", 2, "svcsim: unknown command \"trcae\"; did you mean \"trace\"?; see `svcsim help`\n" },
	{ "frobnicate", 2, "svcsim: unknown command \"frobnicate\"; see `svcsim help`\n" },
	{ "--bogus", 2, "svcsim: unknown flag: --bogus; see `svcsim help`\n" },
	{ "--seed 3", 2, "svcsim: a command is missing; see `svcsim help`\n" },
	{ "cluster lsit", 2, "svcsim: unknown command \"cluster lsit\"; did you mean \"list\"?; see `svcsim help cluster`\n" },
	{ "cluster new", 2, "svcsim: cluster new takes one NAME; see `svcsim help cluster`\n" },
	{ "cluster new a/b", 2, "svcsim: a cluster's name has letters, digits, '-', '_' and '.': not \"a/b\"\n" },
	{ "progress now", 2, "svcsim: progress takes no word \"now\"; see `svcsim help progress`\n" },
	{ "completion tcsh", 2, "svcsim: completion is for bash, zsh or fish, not tcsh; see `svcsim help completion`\n" },
	{ "trace x --cluster", 2, "svcsim: trace: flag needs an argument: --cluster; see `svcsim help trace`\n" },
	{ "trace x --color=pink", 2,
		"svcsim: trace: --color is auto, always or never, not \"pink\"; see `svcsim help trace`\n" },
	{ "trace x --seed ten", 2,
		"svcsim: trace: invalid argument \"ten\" for \"--seed\" flag: strconv.ParseInt: parsing \"ten\": "
		"invalid syntax; see `svcsim help trace`\n" },
	{ "trace x --cluster lab --seed 1", 2,
		"svcsim: a cluster's name means a saved one; --filename, --as-stored and --seed make "
		"one for this call alone\n" },
	{ "trace x --cluster lab", 3, "svcsim: no cluster \"lab\": none is saved yet\n" },
	{ "trace x -f /nonexistent/a.yaml", 3, "svcsim: /nonexistent/a.yaml: No such file or directory\n" },
	{ "trace x -f /", 3, "svcsim: /: Is a directory\n" },
	{ "-f /dev/null rules node01", 3, "svcsim: /dev/null: the file is empty; manifests were expected\n" },
	{ "trace -f tests/unit/tui/rules.txt x", 3, "svcsim: tests/unit/tui/rules.txt: this is the text of iptables-save, and "
		"--filename is for manifests; trace takes it with --rules\n" },
	{ "trace -f tests/unit/tui/dump.yaml svc/web", 3, "svcsim: tests/unit/tui/dump.yaml:3:3: Service \"web\" is invalid: "
		"spec.clusterIPs: Invalid value: []string{\"10.96.0.1\"}: failed to allocate IP 10.96.0.1: provided IP is already "
		"allocated (what kubectl get printed is taken as it stands with --as-stored)\n" },
	{ "drill nosuch", 3, 
		"svcsim: no pack \"nosuch\" in tests/screen/packs, and no such folder here; `svcsim pack list` names them\n" },
	{ "drill dmeo/expose", 3, "svcsim: no pack \"dmeo\"; did you mean \"demo\"?\n" },
	{ "pack show demo/nosuch", 3,
		"svcsim: pack \"demo\" has no scenario \"nosuch\"; `svcsim pack show demo` lists them\n" },
	{ "pack show demo/wich-type", 3, "svcsim: pack \"demo\" has no scenario \"wich-type\"; did you mean \"which-type\"?\n" },
	{ "pack show ./nosuch/folder", 3, "svcsim: ./nosuch/folder: no folder of scenarios\n" },
	{ "help trcae", 2, "svcsim: unknown command \"trcae\"; did you mean \"trace\"?; see `svcsim help`\n" },
	{ "help cluster lst", 2,
		"svcsim: unknown command \"cluster lst\"; did you mean \"list\"?; see `svcsim help cluster`\n" },
	{ "pack lint include/svcsim", 3, "svcsim: nothing to lint: no folder there has a .yaml file\n" },
	{ "grade demo tests/screen/packs/kinds", 3, "svcsim: tests/screen/packs/kinds/01-order.yaml: no student's folder: of a "
		"pack each has one, with NAME.sh for each scenario; for scripts of one scenario say PACK/SCENARIO\n" },
	{ "exam --minutes 0", 2, "svcsim: --minutes is from 1 to 600; see `svcsim help exam`\n" },
	{ "exam demo", 2, "svcsim: pack \"demo\" is no exam; see `svcsim help exam`\n" },
	{ "grade", 2, "svcsim: say what to grade: PACK/SCENARIO and scripts, or exported progress; see `svcsim help grade`\n" },
	{ "grade demo/which-type", 2, "svcsim: name the scripts, or a folder of them\n" },
	{ "grade /nonexistent/ann.json", 3, "svcsim: /nonexistent/ann.json: No such file or directory\n" },
	{ "grade a.json -o xml", 2, "svcsim: --output is text, json, junit or csv, not \"xml\"; see `svcsim help grade`\n" },
	{ "report", 2, "svcsim: name the files of exported progress; see `svcsim help report`\n" },
	{ "explain service", 2, "svcsim: \"service\" is neither scenario nor pack; for objects there is kubectl explain\n" },
	{ "explain scenario.spec.chekcs", 2,
		"svcsim: there is no field \"scenario.spec.chekcs\"; `svcsim explain scenario.spec` shows what is there\n" },
	{ "pack test --seeds 0", 2, "svcsim: --seeds is 1 or more; see `svcsim help pack`\n" },
};

static void
refusals_are_one_clear_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		struct run run;

		run_words(&run, refusals[i].words);
		assert_string_equal(run.err.str.buf, refusals[i].err);
		assert_int_equal(run.status, refusals[i].status);
		assert_int_equal(run.out.str.len, 0);
		run_release(&run);
	}
}

/* ---- the tables ---- */

static void
check_help(const struct subcommand *group, const struct subcommand *row)
{
	char *words = xasprintf("help %s%s%s", group ? group->name : "", group ? " " : "", row->name);
	char *usage = xasprintf("\nUsage:\n  svcsim %s%s%s", group ? group->name : "", group ? " " : "", row->name);
	struct run run;

	run_words(&run, words);
	assert_int_equal(run.status, 0);
	assert_true(str_starts(run.out.str.buf, row->help));
	assert_non_null(strstr(run.out.str.buf, usage));
	run_release(&run);
	free(words);
	free(usage);
	for (const struct subcommand *sub = row->subs; sub && sub->name; sub++)
		check_help(row, sub);
}

static void
every_row_has_help(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "help");
	for (const struct subcommand *row = subcommands; row->name; row++) {
		char *line = xasprintf("\n  %s ", row->name);

		assert_true(row->hidden == !strstr(run.out.str.buf, line));
		check_help(NULL, row);
		free(line);
	}
	run_release(&run);
}

static void
the_manual_has_every_row(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "man");
	assert_non_null(strstr(run.out.str.buf, "\n.PP\n.nf\n  svcsim trace \\-\\-from pod/shop/client"));
	assert_non_null(strstr(run.out.str.buf, "\n.fi\n.PP\nobjects.yaml is what"));
	assert_non_null(strstr(run.out.str.buf, "\\-\\-output\\fR \\fItext,json,junit,csv\\fR\n"));
	for (const struct subcommand *row = subcommands; row->name; row++)
		for (const struct subcommand *sub = row->subs; sub && sub->name; sub++) {
			char *line = xasprintf("\n.SS svcsim %s %s", row->name, sub->name);

			assert_non_null(strstr(run.out.str.buf, line));
			free(line);
		}
	run_release(&run);
}

/* ---- completion ---- */

struct completion_row {
	const char *words;
	const char *want;
};

static const struct completion_row completions[] = {
	{ "complete -- tra", "trace\n" },
	{ "complete -- --as", "--as-stored\n" },
	{ "complete -- cluster ex", "export\n" },
	{ "complete -- completion f", "fish\n" },
	{ "complete -- progress --color ne", "never\n" },
	{ "complete -- progress --color=ne", "--color=never\n" },
	{ "complete -- drill de", "demo/\n" },
	{ "complete -- pack show demo/w", "demo/which-type\n" },
	{ "complete -- help clu", "cluster\n" },
	{ "complete -- trace --filename x", "" },		/* files are the calling shell's affair */
	{ "complete -- kubectl get service we", "web\n" },
	{ "complete -- trace svc/k", "svc/kubernetes\nsvc/kube-system/kube-dns\n" },
	{ "complete -- trace node:", "node:30080\n" },
	{ "complete -- trace --from e", "external\n" },
	{ "complete -- trace -o d", "dot\n" },
	{ "complete -- trace --on node02", "node02\n" },
	{ "complete -- rules node01 --as n", "nft\n" },
	{ "complete -- doctor -n kube-n", "kube-node-lease\n" },
};

static void
words_are_completed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof completions / sizeof completions[0]; i++) {
		struct run run;

		run_words(&run, completions[i].words);
		assert_string_equal(run.out.str.buf, completions[i].want);
		run_release(&run);
	}
}

/* ---- commands of the sim ---- */

static void
options_stand_anywhere(void **state)
{
	static const char *const forms[] = {
		"--seed 7 trace node:30080 -o json", "trace --seed 7 node:30080 -o json", "trace -o json node:30080 --seed=7",
	};
	struct str first = STR_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct run run;

		run_words(&run, forms[i]);
		assert_int_equal(run.status, 0);
		assert_non_null(strstr(run.out.str.buf, "\"verdict\""));
		if (i)
			assert_string_equal(run.out.str.buf, first.buf);
		else
			str_add(&first, run.out.str.buf);
		run_release(&run);
	}
	str_release(&first);
}

static void
what_follows_kubectl_is_its_own(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "--seed 7 kubectl get service web -o name");
	assert_string_equal(run.err.str.buf, "");
	assert_string_equal(run.out.str.buf, "service/web\n");
	assert_int_equal(run.status, 0);
	run_release(&run);
}

static void
a_drill_goes_line_by_line(void **state)
{
	struct run run;

	(void)state;
	assert_non_null(freopen("tests/unit/tui/drill.lines", "r", stdin));
	run_words(&run, "drill --seed 1 demo/which-type");
	assert_non_null(strstr(run.out.str.buf, "  B  NodePort\n  C  LoadBalancer\n  D  ClusterIP\nanswer: B,C\n"));
	assert_non_null(strstr(run.out.str.buf, "FAIL 0/2  "));
	assert_non_null(strstr(run.out.str.buf, "pass 2/2  "));
	assert_non_null(strstr(run.out.str.buf, "Nodes\n  NAME          STATUS  IP\n  controlplane  Ready   "));
	assert_non_null(strstr(run.out.str.buf, "No packet was traced yet."));
	assert_non_null(strstr(run.out.str.buf, "node01 nat PREROUTING  -j KUBE-SERVICES\n"));
	assert_non_null(strstr(run.err.str.buf, ":view topology "));
	assert_non_null(strstr(run.err.str.buf, "\"E\": an answer is letters from A to D\n"));
	assert_int_equal(run.status, 0);
	run_release(&run);
}

/* A pack by its path, beside those of the library. */
static void
a_pack_is_found_by_its_path(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "pack show ./tests/screen/packs/kinds/chain-order");
	assert_string_equal(run.err.str.buf, "");
	assert_non_null(strstr(run.out.str.buf, "chain-order "));
	assert_null(strstr(run.out.str.buf, "fill-ip "));
	assert_int_equal(run.status, 0);
	run_release(&run);
}

/* Who writes scenarios has their files' names at hand; of an exam, what sits it is said. */
static void
a_scenario_is_found_by_its_file(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "pack show ./scenarios/first-hour/01-one-pod.yaml");
	assert_string_equal(run.err.str.buf, "");
	assert_true(str_starts(run.out.str.buf, "one-pod "));
	assert_int_equal(run.status, 0);
	run_release(&run);
	run_words(&run, "pack show ./scenarios/first-hour/01-one.yaml");
	assert_int_equal(run.status, 3);
	run_release(&run);
	run_words(&run, "drill paper --no-tui");
	assert_non_null(strstr(run.err.str.buf,
		"pack \"paper\" is an exam and has no scenarios of its own; `svcsim exam paper` sits it\n"));
	assert_int_equal(run.status, 3);
	run_release(&run);
}

/* ---- a dump of a node ---- */

/* Where the rules lead to somebody whom no object here is, what they say of the interface is not met. */
static void
who_is_not_here_makes_uncertain(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "trace --rules tests/unit/tui/docker.txt --on node01 node01:8080");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.out.str.buf, "the destination becomes 172.17.0.2:80"));
	assert_non_null(strstr(run.err.str.buf, "not certain: the rules send it on to 172.17.0.2"));
	run_release(&run);
}

/* Of a cluster's objects some were dumped, and no namespace is among them. */
static void
a_part_of_a_dump_is_examined(void **state)
{
	struct run run;

	(void)state;
	run_words(&run, "doctor --as-stored -f tests/unit/tui/dump.yaml store/web-2");
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.out.str.buf, "there is no namespace store, and so no Service web-2 in it"));
	run_release(&run);
}

/* ---- a class ---- */

/* An export with one attempt at demo/which-type, answered wrong. */
static void
hand_in(const char *folder, const char *student, const char *seed, const char *hash, const char *points)
{
	char *path = xasprintf("%s/%s.json", folder, student);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "{\"apiVersion\":\"svcsim/v1\",\"kind\":\"Progress\",\"student\":\"%s\",\"attempts\":[", student);
	if (hash)
		fprintf(file, "{\"judged\":true,\"pack\":\"demo\",\"scenario\":\"which-type\",\"hash\":\"%s\",\"title\":\"t\","
			"\"objective\":\"services/types\",\"mode\":\"drill\",\"seed\":%s,\"clock\":1795461185425139146,\"started\":1,"
			"\"seconds\":1,\"hints\":0,\"points\":%s,\"of\":2,\"weight\":1,\"checks\":[],\"events\":[]}", hash, seed, points);
	fprintf(file, "]}");
	fclose(file);
	free(path);
}

static char *
hash_of_which_type(void)
{
	struct files files = FILES_INIT;
	struct io io = { .files = &real_files, .files_state = &files };
	struct err err = ERR_INIT;
	struct pack *pack = pack_load(&io, "tests/screen/packs/demo", &err);
	char *hash = xstrdup(scenario_hash(pack_find(pack, "which-type")));

	pack_free(pack);
	return hash;
}

/* Copies, raised points and empty documents are told, and a pack of one's own stands before the exports. */
static void
a_class_is_graded(void **state)
{
	char folder[] = "/tmp/svcsim-class-XXXXXX";
	char *hash = hash_of_which_type(), *words;
	struct run run;

	(void)state;
	assert_non_null(mkdtemp(folder));
	hand_in(folder, "ann", "1795459058292623", hash, "0");
	hand_in(folder, "bob", "1795459058292623", hash, "0");
	hand_in(folder, "cy", "3", hash, "9");
	hand_in(folder, "eve", "0", NULL, "0");
	setenv("SVCSIM_SCENARIOS", "tests/packs", 1);
	words = xasprintf("grade ./tests/screen/packs/demo %s/ann.json %s/bob.json %s/cy.json %s/eve.json", folder, folder, folder,
		folder);
	run_words(&run, words);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.out.str.buf, "the same attempt as bob's: no two begin with one seed"));
	assert_non_null(strstr(run.out.str.buf, "the same attempt as ann's"));
	assert_non_null(strstr(run.out.str.buf, "the document claims 9 of 2 points, and its events give 0 of 2"));
	assert_non_null(strstr(run.out.str.buf, "nothing was handed in that could be judged"));
	run_release(&run);
	free(words);
	words = xasprintf("grade %s/ann.json", folder);
	run_words(&run, words);
	assert_non_null(strstr(run.out.str.buf, "pack demo is not here: name its folder before the exports"));
	run_release(&run);
	free(words);
	words = xasprintf("report %s/cy.json", folder);
	run_words(&run, words);
	assert_non_null(strstr(run.err.str.buf, "cy.json: more points than there are; `svcsim grade` judges it anew\n"));
	run_release(&run);
	free(words);
	for (size_t i = 0; i < 4; i++) {
		static const char *const students[] = { "ann", "bob", "cy", "eve" };

		words = xasprintf("%s/%s.json", folder, students[i]);
		remove(words);
		free(words);
	}
	remove(folder);
	free(hash);
	setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
}

static int
set_environment(void **state)
{
	(void)state;
	setenv("SVCSIM_SCENARIOS", "tests/screen/packs", 1);
	return setenv("SVCSIM_DB", "/proc/nonexistent/svcsim.db", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_are_one_clear_line),
		cmocka_unit_test(every_row_has_help),
		cmocka_unit_test(the_manual_has_every_row),
		cmocka_unit_test(words_are_completed),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(what_follows_kubectl_is_its_own),
		cmocka_unit_test(a_drill_goes_line_by_line),
		cmocka_unit_test(a_pack_is_found_by_its_path),
		cmocka_unit_test(a_scenario_is_found_by_its_file),
		cmocka_unit_test(who_is_not_here_makes_uncertain),
		cmocka_unit_test(a_part_of_a_dump_is_examined),
		cmocka_unit_test(a_class_is_graded),
	};

	return cmocka_run_group_tests_name("tui/cli", tests, set_environment, NULL);
}

/*
 * Transcripts of packets, names and rules on real nodes (tests/recorded), with the shell in place of the wrappers.  Both
 * sides are masked the same way before they are compared: what is masked is what depends on the seed or the clock, see
 * tests/recorded/README.md.
 */
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"
#include "host/vfs.h"
#include "net/world.h"

#include "../masks.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

static const char wrappers[] =
	"in-pod() { p=$1; shift; [ $p = one ] && p=$(kubectl get pods -l app=one -o name | cut -d/ -f2); on pod/$p -- \"$@\"; }\n"
	"on-node() { n=$1; shift; on node/$n -- \"$@\"; }\n"
	"on-client() { on client -- \"$@\"; }\n"
	"ip route add 10.96.0.0/12 via 172.30.2.2; ip route add 203.0.113.0/24 via 172.30.2.2";

/* Lines of commands that are not compared; README.md says why. */
static const char *const skipped[] = { "http://half", "http://ext", "conntrack -L" };

/* In this order. */
static const struct mask masks[] = {
	{ "^Hostname: (.*)$", "pod=\\1" },			/* whoami's page becomes the transcript's line */
	{ "^RemoteAddr: ([^:]+):.*$", "port=80 client=\\1" },
	{ "^(IP: .*|GET .*|Host: .*|User-Agent: .*|Accept: .*|)$", "" },
	{ "Query time: [0-9]+", "Query time: 0" },
	{ "pod=host2", "pod=myhost" },				/* the servers there told the pod's name */
	{ "^pod=(.*) port=80 client=", "pod=\\1\nport=80 client=" },
	{ "\"(gitCommit|buildDate|goVersion)\".*$", "" },
	{ "(192[.]168[.]1[.]1|172[.]30[.]2[.]2)([^0-9]|$)", "NODE01\\2" },	/* the bridge's and the node's own address */
	{ "(192[.]168[.]2[.]1|172[.]30[.]2[.]3)([^0-9]|$)", "NODE02\\2" },
	{ "192[.]168[.][0-9]+[.][0-9]+", "PODIP" },
	{ "192-168-[0-9]+-[0-9]+", "PODIP" },
	{ "10[.](9[7-9]|10[0-9]|11[01])[.][0-9]+[.][0-9]+", "CLUSTERIP" },
	{ "10[.]96[.]([0-9]{2,3}|[1-9])[.][0-9]+", "CLUSTERIP" },
	{ "(web|one)-[a-z0-9]{8,10}-[a-z0-9]{5}", "\\1-POD" },
	{ "after [0-9]+ (ms|milliseconds)", "after # \\1" },
	{ "(KUBE-SEP)-[A-Z0-9]{16}", "\\1-#" },
	{ "\\[[0-9]+:[0-9]+\\]", "[#]" },
	{ "^[0-9]+ +[0-9]+K? +[0-9]+K? (.*--)", "\\1" },	/* iptables -v: numbers, packets and bytes */
	{ "policy ([A-Z]+) [0-9]+K? packets, [0-9]+K? bytes", "policy \\1" },
	{ "id: [0-9]+", "id: #" },
	{ "COOKIE: [0-9a-f]+", "COOKIE: #" },
	{ "Query time: [0-9]+ msec", "Query time: # msec" },
	{ "hostmaster.cluster.local. [0-9]+", "hostmaster.cluster.local. #" },
	{ "rcvd: [0-9]+", "rcvd: #" },
	{ "(WHEN: |Date: |on )(Mon|Tue|Wed|Thu|Fri|Sat|Sun).*", "\\1#" },
	{ "\"(lastUpdated|currentTime)\": \"[^\"]*\"", "\"\\1\": #" },
	{ "Content-Length: 1[67][0-9]|Content-Length: 13[0-9]", "Content-Length: #" },	/* beside those times */
	{ "^[0-9/]+ [0-9:]+ socat\\[[0-9]+\\]", "socat" },
	{ "(Running +0) +[0-9]+s +PODIP +node0[12]", "\\1 AGE PODIP NODE" },	/* the scheduler breaks ties by chance */
	{ "[0-9]+(s|m[0-9]*s?)$", "AGE" },
	{ "LISTEN .*:(22|6443|2379|2380|10248|10250|10257|10259) .*", "" },	/* processes beside kube-proxy */
	{ "^num .*|^Chain KUBE-SEP-# .*", "" },			/* as many as there are endpoints with rules */
	{ "^.*KUBE-(KUBELET-CANARY|IPTABLES-HINT).*$", "" },		/* no kubelet there */
	{ "[ \t]+", " " },
	{ " $", "" },
};
#define MASKS (sizeof masks / sizeof masks[0])

static regex_t compiled[MASKS];

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lines masked and sorted: resolvers, kube-proxy and conntrack list in no order. */
static char *
masked(const char *text)
{
	struct io_names lines = VEC_INIT;
	struct str out = STR_INIT;

	while (*text) {
		size_t len = strcspn(text, "\n");
		struct str line = STR_INIT;

		str_addn(&line, text, len);
		masks_apply(masks, compiled, MASKS, &line);
		for (char *part = line.buf; *part;) {
			size_t n = strcspn(part, "\n");

			if (n)
				*vec_push(&lines) = xstrndup(part, n);
			part += n + (part[n] == '\n');
		}
		str_release(&line);
		text += len + (text[len] == '\n');
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof *lines.v, compare_lines);
	for (size_t i = 0; i < lines.n; i++)
		if (!i || strcmp(lines.v[i], lines.v[i - 1]) != 0)	/* how often one endpoint answered is chance */
			str_addf(&out, "%s\n", lines.v[i]);
	io_names_release(&lines);
	return str_detach(&out);
}

/* ---- one folder ---- */

struct recorded {
	const char *folder;
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
	FILE *expected;
	size_t compared, wrong;
};

static void
read_file(const char *path, struct str *out)
{
	FILE *file = fopen(path, "r");
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF)
		str_addch(out, (char)c);
	fclose(file);
}

static bool
read_line(FILE *file, struct str *line)
{
	int c;

	str_clear(line);
	while ((c = getc(file)) != EOF && c != '\n')
		str_addch(line, (char)c);
	return c != EOF || line->len;
}

/* The next block of the transcript: stdout, stderr, exit status. */
static int
read_block(FILE *file, const char *command, struct str *out, struct str *err)
{
	struct str line = STR_INIT, *to = NULL;
	int status = -1;

	while (status < 0 && read_line(file, &line))
		if (str_starts(line.buf, "$ ") && !to)
			assert_string_equal(line.buf + 2, command);
		else if (strcmp(line.buf, "[stdout]") == 0)
			to = out;
		else if (strcmp(line.buf, "[stderr]") == 0)
			to = err;
		else if (to == err && sscanf(line.buf, "[exit %d]", &status) == 1)
			continue;
		else if (to && strcmp(line.buf, "<<no newline at end>>") != 0)
			str_addf(to, "%s\n", line.buf);
	str_release(&line);
	return status;
}

/* The clients' addresses get names, on the recorded side and here. */
static void
name_clients(struct recorded *r, bool recorded, struct str *text)
{
	static const char *const pods[] = { "client", "client1" };
	char names[3][IP_TEXT] = { "192.168.2.7", "192.168.1.8", "172.30.9.9" };
	struct str out = STR_INIT;
	const char *at = text->buf;

	for (size_t i = 0; !recorded && i < 2; i++)
		ip_format(&pod_view(store_get(r->cluster.server.store, kind_by_kind("Pod"), "default", pods[i]))->ip,
		names[i]);
	if (!recorded)
		strcpy(names[2], OUTSIDE_CLIENT);
	while (*at) {
		size_t i = 0;

		while (i < 3 && (!str_starts(at, names[i]) || ascii_isdigit(at[strlen(names[i])])))
			i++;
		if (i < 3) {
			str_addf(&out, "CLIENT%zu", i);
			at += strlen(names[i]);
		} else {
			str_addch(&out, *at++);
		}
	}
	str_release(text);
	*text = out;
}

/* Lines of the first text that the second hasn't. */
static void
print_missing(const char *title, const char *text, const char *other)
{
	while (*text) {
		size_t len = strcspn(text, "\n") + 1;
		char *line = xstrndup(text, len);

		if (!strstr(other, line))
			print_error("%s %s", title, line);
		free(line);
		text += len;
	}
}

static bool
same(struct recorded *r, const char *command, const char *what, struct str *want, struct str *got)
{
	char *left, *right;
	bool equal;

	if (!strstr(command, "kubectl get") && !strstr(command, "iptables")) {
		name_clients(r, true, want);
		name_clients(r, false, got);
	}
	left = masked(want->buf);
	right = masked(got->buf);
	equal = strcmp(left, right) == 0;
	if (!equal) {
		print_error("%s: %s, %s\n", r->folder, command, what);
		print_missing("  recorded:", left, right);
		print_missing("  here:", right, left);
	}
	free(left);
	free(right);
	return equal;
}

static int
run(struct recorded *r, const char *line)
{
	str_clear(&r->out.str);
	str_clear(&r->err.str);
	return shell_line(&r->shell, line);
}

static void
compare(struct recorded *r, const char *command)
{
	struct str out = STR_INIT, err = STR_INIT;
	int want = read_block(r->expected, command, &out, &err), got = run(r, command);
	bool skip = false, good;

	for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++)
		skip |= strstr(command, skipped[i]) != NULL;
	if (!skip) {
		good = same(r, command, "output", &out, &r->out.str);
		good &= same(r, command, "errors", &err, &r->err.str);
		if (want != got)
			print_error("%s: %s, exit status %d, not %d\n", r->folder, command, got, want);
		r->wrong += !good || want != got;
		r->compared++;
	}
	str_release(&out);
	str_release(&err);
}

static void
put_files(struct recorded *r)
{
	struct vfs_state state = { &r->shell, NULL, NULL };
	struct io io = { .files = &vfs_files, .files_state = &state };
	static const char *const names[] = { "app.yaml", "svc.yaml", "nosel-ep.yaml", "s-cip.yaml", "s-named.yaml",
		"s-np.yaml",
		"s-np-local.yaml", "s-lb.yaml", "s-lb-src.yaml", "s-lb-local.yaml", "s-sticky.yaml", "s-extip.yaml",
		"s-ilocal.yaml",
		"s-none.yaml", "s-none-np.yaml", "s-udp.yaml", "s-hl.yaml", "s-extname.yaml", "s-none-ext.yaml" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *path = xasprintf("%s/files/%s", r->folder, names[i]);
		struct str text = STR_INIT;
		FILE *there = fopen(path, "r");

		if (there) {
			fclose(there);
			read_file(path, &text);
			assert_int_equal(vfs_files.write(&io, names[i], text.buf, text.len, false), IO_OK);
		}
		str_release(&text);
		free(path);
	}
}

/* "# hidden LINE" prepares, "# wait N" lets time pass, the other comments only comment. */
static void
run_commands(struct recorded *r)
{
	char *path = xasprintf("%s/cmds", r->folder);
	FILE *file = fopen(path, "r");
	struct str line = STR_INIT;

	assert_non_null(file);
	while (read_line(file, &line)) {
		if (str_starts(line.buf, "# hidden "))
			run(r, line.buf + 9);
		else if (str_starts(line.buf, "# wait "))
			run(r, "sleep 4");
		else if (line.len && line.buf[0] != '#')
			compare(r, line.buf);
	}
	fclose(file);
	free(path);
	str_release(&line);
}

static void
run_folder(const char *folder)
{
	struct recorded r = { .folder = folder, .out = SINK_STR_INIT, .err = SINK_STR_INIT };
	struct cluster_text text = { "cluster.yaml", NULL, 0 };
	char *path = xasprintf("%s/out", folder);
	struct str nodes = STR_INIT;
	struct err err = ERR_INIT;

	assert_true(masks_compile(masks, compiled, MASKS));
	read_file("tests/recorded/cluster.yaml", &nodes);
	text.text = nodes.buf;
	text.len = nodes.len;
	assert_int_equal(cluster_make(&r.cluster, 1, NOW, &text, 1, false, &err), 0);
	r.io = (struct io){ .out = &r.out.sink, .err = &r.err.sink };
	shell_init(&r.shell, &r.cluster, &r.io);
	r.expected = fopen(path, "r");
	assert_non_null(r.expected);
	put_files(&r);
	run(&r, wrappers);
	run_commands(&r);
	assert_true(r.compared > 30);
	print_message("%s: %zu of %zu as recorded\n", folder, r.compared - r.wrong, r.compared);
	assert_int_equal(r.wrong, 0);
	fclose(r.expected);
	shell_release(&r.shell);
	cluster_release(&r.cluster);
	str_release(&nodes);
	str_release(&r.out.str);
	str_release(&r.err.str);
	free(path);
	masks_release(compiled, MASKS);
}

static void
test_data_plane(void **state)
{
	(void)state;
	run_folder("tests/recorded/20-dataplane");
}

static void
test_shapes_of_rules(void **state)
{
	(void)state;
	run_folder("tests/recorded/21-iptables-shapes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_plane),
		cmocka_unit_test(test_shapes_of_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lines and what they print, in a cluster of the README's kind.  Expected texts are bash 5.2's and GNU coreutils'. */
#include "fixture.h"

struct row {
	const char *line, *out;
	int status;
	const char *err;	/* NULL: none */
};

static void
run_rows(struct fixture *f, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int status = run(f, rows[i].line);

		if (strcmp(f->out.str.buf, rows[i].out) || strcmp(f->err.str.buf, rows[i].err ? rows[i].err : "") ||
			status != rows[i].status)
			fail_msg("%s\n-- out\n%s-- err\n%s-- status %d", rows[i].line, f->out.str.buf, f->err.str.buf,
			status);
	}
}
#define RUN_ROWS(f, rows) run_rows(f, rows, sizeof rows / sizeof rows[0])

static void
test_words(void **state)
{
	static const struct row rows[] = {
		{ "echo a  'b  c' \"d  $HOME\" \\$x", "a b  c d  /root $x\n", 0, NULL },
		{ "x='a  b'; echo $x \"$x\" '$x' ${x}c ${nosuch:-d e}", "a b a  b $x a bc d e\n", 0, NULL },
		{ "echo {1..4} a{b,c}d {3..1} {a..c} {x} {.items[*]}", "1 2 3 4 abd acd 3 2 1 a b c {x} {.items[*]}\n",
		0, NULL },
		{ "echo $(echo a; echo b) \"$(echo 'c  d')\" `echo e`", "a b c  d e\n", 0, NULL },
		{ "echo ~ ~/x a~", "/root /root/x a~\n", 0, NULL },
		{ "a=1 b=$a; echo $a$b; a=2 env | grep ^a=; echo $a", "11\na=2\n1\n", 0, NULL },
		{ "echo it\\'s \"it's\" 'it'\"'\"'s' $'a\\tb'", "it's it's it's a\tb\n", 0, NULL },
		{ "false; echo $?; true; echo $?", "1\n0\n", 0, NULL },
		{ "echo '' \"\" | wc -c", "2\n", 0, NULL },
		{ "touch b.y a.y c.x; echo *.y '*.y' *.z", "a.y b.y *.y *.z\n", 0, NULL },
	};

	RUN_ROWS(*state, rows);
}

static void
test_flow(void **state)
{
	static const struct row rows[] = {
		{ "false && echo a || echo b; true || echo c", "b\n", 0, NULL },
		{ "for x in a b; do for y in 1 2 3; do [ $y = 2 ] && continue; [ $y = 3 ] && break; echo $x$y; done; done",
			"a1\nb1\n", 0, NULL },
		{ "if false; then echo 1; elif [ 2 -gt 1 ]; then echo 2; else echo 3; fi", "2\n", 0, NULL },
		{ "printf 'a\\nb c\\n' | while read x y; do echo \"<$x|$y>\"; done", "<a|>\n<b|c>\n", 0, NULL },
		{ "i=; while [ \"$i\" != xxx ]; do i=x$i; done; echo $i", "xxx\n", 0, NULL },
		{ "(cd /tmp; x=1; pwd); pwd; echo [$x]", "/tmp\n/root\n[b]\n", 0, NULL },
		{ "{ echo b; echo a; } | sort", "a\nb\n", 0, NULL },
		{ "! true; echo $?", "1\n", 0, NULL },
		{ "sh -c 'echo $HOME; exit 3'", "/root\n", 3, NULL },
		{ "alias hi='echo hi there'; hi you", "hi there you\n", 0, NULL },
		{ "foo", "", 127, "bash: foo: command not found\n" },
		{ "./foo", "", 127, "bash: ./foo: No such file or directory\n" },
		{ "echo a | | b", "", 2, "bash: syntax error near unexpected token `|'\n" },
		{ "true && true && true && false || true && echo x", "x\n", 0, NULL },
	};

	RUN_ROWS(*state, rows);
}

static void
test_redirection(void **state)
{
	static const struct row rows[] = {
		{ "echo a > f; echo b >> f; cat < f; wc -l f", "a\nb\n2 f\n", 0, NULL },
		{ "ls nosuch > f 2>&1; cat f", "ls: cannot access 'nosuch': No such file or directory\n", 0, NULL },
		{ "ls nosuch 2>/dev/null || echo gone", "gone\n", 0, NULL },
		{ "ls nosuch 2>&1 >/dev/null | wc -l", "1\n", 0, NULL },
		{ "cat <<EOF\n$HOME \"it's\" \\$x\nEOF", "/root \"it's\" $x\n", 0, NULL },
		{ "cat <<'EOF' | tr a-z A-Z\n$home\nEOF", "$HOME\n", 0, NULL },
		{ "cat <<-EOF\n\t\ta\n\tEOF", "a\n", 0, NULL },
		{ "cat <<EOF\na", "a\n", 0, "bash: warning: here-document delimited by end-of-file (wanted `EOF')\n" },
		{ "cat < nosuch", "", 1, "bash: nosuch: No such file or directory\n" },
		{ "echo a > nosuch/f", "", 1, "bash: nosuch/f: No such file or directory\n" },
		{ "echo a > /tmp", "", 1, "bash: /tmp: Is a directory\n" },
		{ "for i in 1 2; do echo $i; done > f; cat f", "1\n2\n", 0, NULL },
	};

	RUN_ROWS(*state, rows);
}

static void
test_limits(void **state)
{
	struct fixture *f = *state;
	static const struct row rows[] = {
		{ "while true; do true; done", "", 1, "bash: loops of more than 100000 iterations in one line\n" },
		{ "while true; do sleep 60; done; echo after", "", 130,
			"bash: a loop that has waited for 10 minutes is ended here, as by Ctrl-C\n" },
		{ "while true; do echo x; sleep 60; done | head -n 2", "x\nx\n", 0, "" },
		{ "f() { f; f; }; f", "", 1, "bash: f: commands run commands more than 24 deep\n" },
		{ "g() { g | g; }; g", "", 1, "bash: g: commands run commands more than 24 deep\n" },
		{ "alias a='a; a'", "", 0, "" },
		{ "a", "", 127, "bash: a: command not found\nbash: a: command not found\n" },
		{ "alias a", "alias a='a; a'\n", 0, "" },
		{ "echo {1..200000} | wc -w", "0\n", 0, "bash: a line that becomes more than 100000 words\n" },
		{ "seq 100000000 | wc -c", "8388608\n", 0, "bash: more than 8388608 bytes in a pipe: the rest is lost\n" },
	};

	RUN_ROWS(f, rows);
	str_clear(&f->err.str);
	assert_int_equal(shell_line(&f->shell, "a() { :; }; b() { a; a; a; a; a; a; a; a; a; a; }; c() { b; b; b; b; b; b; b; b; b; b; }; "
		"d() { c; c; c; c; c; c; c; c; c; c; }; e() { d; d; d; d; d; d; d; d; d; d; }; f() { e; e; e; e; e; e; e; e; e; e; }; "
		"g() { f; f; f; f; f; f; f; f; f; f; }; unalias a; g; g"), 1);
	assert_non_null(strstr(f->err.str.buf, "more than 1000000 commands in one line\n"));
	str_clear(&f->err.str);
	assert_int_equal(shell_line(&f->shell, "x=aaaaaaaa; for i in {1..40}; do x=$x$x; done"), 1);
	assert_non_null(strstr(f->err.str.buf, "bash: a word of more than 8 MiB"));
	str_clear(&f->err.str);
	assert_int_equal(shell_line(&f->shell, "echo 'sh f' > f; sh f"), 1);
	assert_non_null(strstr(f->err.str.buf, "commands run commands more than"));
}

/* Messages and statuses as in the transcripts of a real v1.32 cluster. */
static void
test_curl(void **state)
{
	static const struct row rows[] = {
		{ "kubectl create svc clusterip none --tcp=80 >/dev/null; kubectl run client --image=netshoot -- sleep 1d >/dev/null",
			"", 0, NULL },
		{ "on pod/client -- curl -sS --max-time 2 http://none", "", 7,
			"curl: (7) Failed to connect to none port 80 after 1 ms: Couldn't connect to server\n" },
		{ "on pod/client -- curl -sS --max-time 2 http://web:81", "", 28,
			"curl: (28) Connection timed out after 2001 milliseconds\n" },
		{ "on pod/client -- curl -sS --max-time 2 http://web.nosuch", "", 6,
			"curl: (6) Could not resolve host: web.nosuch\n" },
		{ "curl -sS --max-time 2 http://node01:30099", "", 7,
			"curl: (7) Failed to connect to node01 port 30099 after 1 ms: Couldn't connect to server\n" },
		{ "curl -sS --max-time 2 http://172.30.1.2:8080", "", 7,
			"curl: (7) Failed to connect to 172.30.1.2 port 8080 after 0 ms: Couldn't connect to server\n" },
		{ "on node/node01 -- curl -sS http://127.0.0.1:10249/proxyMode", "iptables", 0, NULL },
		{ "curl -s node01:30080 | grep -c 'Welcome to nginx'", "2\n", 0, NULL },
		{ "curl -s -o /dev/null -w '%{http_code}\\n' node01:30080", "200\n", 0, NULL },
		{ "curl --bogus", "", 2,
			"curl: option --bogus: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n" },
	};

	RUN_ROWS(*state, rows);
}

static void
test_nslookup(void **state)
{
	static const struct row rows[] = {
		{ "kubectl run client --image=netshoot -- sleep 1d >/dev/null; kubectl run bb --image=busybox -- sleep 1d >/dev/null",
			"", 0, NULL },
		{ "kubectl create svc clusterip api --clusterip=10.96.0.77 --tcp=80 >/dev/null", "", 0, NULL },
		{ "on pod/client -- nslookup api",
			";; Got recursion not available from 10.96.0.10\n"
			"Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
			"Name:\tapi.default.svc.cluster.local\nAddress: 10.96.0.77\n"
			";; Got recursion not available from 10.96.0.10\n\n", 0, NULL },
		{ "on pod/client -- nslookup nosuch",
			";; Got recursion not available from 10.96.0.10\n;; Got recursion not available from 10.96.0.10\n"
			";; Got recursion not available from 10.96.0.10\n;; Got recursion not available from 10.96.0.10\n"
			"Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
			"** server can't find nosuch: NXDOMAIN\n\n", 1, NULL },
		{ "on pod/bb -- nslookup api.default.svc.cluster.local",
			"Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
			"Name:\tapi.default.svc.cluster.local\nAddress: 10.96.0.77\n\n\n", 0, NULL },
		{ "on pod/client -- cat /etc/resolv.conf", "search default.svc.cluster.local svc.cluster.local cluster.local\n"
			"nameserver 10.96.0.10\noptions ndots:5\n", 0, NULL },
	};

	RUN_ROWS(*state, rows);
}

static void
test_places(void **state)
{
	struct fixture *f = *state;
	struct str prompt = STR_INIT;
	static const struct row rows[] = {
		{ "ssh node01", "", 0, NULL },
		{ "hostname; echo a > here; cat here", "node01\na\n", 0, NULL },
		{ "iptables-save -t filter | sed -n 2p", "*filter\n", 0, NULL },
		{ "ipvsadm -Ln | head -1", "IP Virtual Server version 1.2.1 (size=4096)\n", 0, NULL },
		{ "ipvsadm -Ln | wc -l; ipset save; nft list ruleset", "3\n", 0, NULL },
	};
	static const struct row back[] = {
		{ "exit", "", 0, NULL },
		{ "cat here", "", 1, "cat: here: No such file or directory\n" },
		{ "iptables-save", "", 127, "bash: iptables-save: command not found\n" },
	};

	RUN_ROWS(f, rows);
	shell_prompt(&f->shell, &prompt);
	assert_string_equal(prompt.buf, "node01:~# ");
	RUN_ROWS(f, back);
	assert_false(f->shell.exited);
	shell_line(&f->shell, "exit 4");
	assert_true(f->shell.exited);
	str_release(&prompt);
}

static void
test_trace_status(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(shell_line(&f->shell, "trace node:30080"), 0);
	assert_int_equal(shell_line(&f->shell, "trace node:30099"), 1);
	assert_int_equal(shell_line(&f->shell, "trace"), 2);
	assert_int_equal(shell_line(&f->shell, "trace svc/nosuch"), 3);
	assert_int_equal(shell_line(&f->shell, "rules nosuch"), 3);
}

/* A dump stands in for kube-proxy's rules for one trace, and no longer. */
static void
test_trace_rules(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(shell_line(&f->shell, "on node/node01 -- iptables-save > dump; trace --rules dump node:30080"),
		0);
	assert_int_equal(shell_line(&f->shell, "grep -v KUBE-NODEPORTS dump > less; trace --rules less node:30080"), 1);
	assert_int_equal(shell_line(&f->shell, "trace --rules less --on node02 node01:30080"), 0);
	str_clear(&f->out.str);
	assert_int_equal(shell_line(&f->shell, "sed 's/^-A FORWARD -m comment.*/-A FORWARD -m set --match-set x src -j DROP/; "
		"s/^-A OUTPUT -j.*/-A INPUT -i cali+ -j DROP/' dump > other; trace --no-reply --rules other node:30080"), 0);
	assert_non_null(strstr(f->out.str.buf, "\n    ?        not judged, so passed over: svcsim doesn't know whether "
		"\"-m set --match-set x src\" holds\n"));
	assert_non_null(strstr(f->out.str.buf, "on the way (marked ?) svcsim could not judge.\n"));
	assert_non_null(strstr(f->err.str.buf, "the dump has rules for cali+, and packets go over eth0 and cni0 here"));
	assert_int_equal(shell_line(&f->shell, "trace --rules dump --tables-only node02:30080"), 0);
	assert_int_equal(shell_line(&f->shell, "trace node:30080"), 0);
	assert_int_equal(shell_line(&f->shell, "echo x > bad; trace --rules bad node:30080"), 3);
	assert_int_equal(shell_line(&f->shell, "trace --rules dump --on nosuch node:30080"), 3);
	assert_int_equal(shell_line(&f->shell, "trace node:30080"), 0);
}

/* The editor's copy is called as the file is, so that the editor shows and colours the right thing. */
static int
edit_named(struct io *io, struct io_edit *edit)
{
	(void)io;
	assert_string_equal(edit->suffix, "-web.yaml");
	assert_string_equal(edit->text.buf, "old\n");
	str_clear(&edit->text);
	str_add(&edit->text, "new\n");
	return 0;
}

static void
test_vi(void **state)
{
	struct fixture *f = *state;

	f->io.edit = edit_named;
	run(f, "mkdir -p lab; echo old >lab/web.yaml; vi lab/web.yaml; cat lab/web.yaml");
	assert_string_equal(f->out.str.buf, "new\n");
}

/* A long usage has its help below it, and every help begins in one column. */
static void
test_help(void **state)
{
	struct fixture *f = *state;

	run(f, "help");
	assert_non_null(strstr(f->out.str.buf, "\nundo                                        Takes "));
	assert_non_null(strstr(f->out.str.buf, "|ipvs]\n                                            kube-proxy's rules "));
}

/* hostname(1), and the line that the kubelet writes for a pod with a subdomain (pkg/kubelet/kubelet_pods.go). */
static void
test_hostname(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run a --image=nginx --overrides='{\"spec\":{\"hostname\":\"h\",\"subdomain\":\"s\"}}'; sleep 2");
	assert_int_equal(run(f, "IP=$(kubectl get pod a -o jsonpath='{.status.podIP}'); kubectl exec a -- hostname -f; "
		"kubectl exec a -- hostname -d; [ \"$(kubectl exec a -- hostname -i)\" = $IP ] && kubectl exec a -- tail -n1 /etc/hosts | "
		"grep -c \"^$IP\th.s.default.svc.cluster.local\th$\""), 0);
	assert_string_equal(f->out.str.buf, "h.s.default.svc.cluster.local\ns.default.svc.cluster.local\n1\n");
	run(f, "ssh node01 hostname -I; ssh node01 hostname -s");
	assert_string_equal(f->out.str.buf, "172.30.2.2 \nnode01\n");
}

/* ---- what a person types while a line runs ---- */

static const char *typed;	/* what is still to come */

static enum io_result
typed_line(struct io *io, struct str *out)
{
	size_t len = strcspn(typed, "\n");

	(void)io;
	if (!*typed)
		return IO_NOT_FOUND;
	str_addf(out, "%.*s\n", (int)len, typed);
	typed += len + (typed[len] == '\n');
	return IO_OK;
}

static enum io_result
typed_all(struct io *io, const char *path, struct str *out)
{
	(void)path;
	while (typed_line(io, out) == IO_OK)
		;
	return IO_OK;
}

static void
test_typed_input(void **state)
{
	static const struct io_files files = { .read = typed_all, .read_line = typed_line };
	struct fixture *f = *state;

	f->io.files = &files;
	typed = "bob\nrest\n";
	assert_int_equal(run(f, "read X; echo \"[$X]\"; cat > f; cat f"), 0);
	assert_string_equal(f->out.str.buf, "[bob]\nrest\n");
	typed = "y\nmore\n";
	run(f, "kubectl create cm gone; kubectl delete cm gone -i; cat");
	assert_string_equal(f->out.str.buf, "configmap/gone created\nYou are about to delete the following 1 resource(s):\n"
		"configmap/gone\nDo you want to continue? (y/n): configmap \"gone\" deleted\nmore\n");
	typed = "kept\n";
	run(f, "kubectl exec deploy/web -- cat; echo in | cat; cat < f; cat &");
	assert_string_equal(f->out.str.buf, "in\nrest\n");
	run(f, "kubectl exec -i deploy/web -- cat");
	assert_string_equal(f->out.str.buf, "kept\n");
	f->io.files = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_redirection, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_curl, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nslookup, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_help, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vi, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trace_status, setup, teardown),
		cmocka_unit_test_setup_teardown(test_trace_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(test_typed_input, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostname, setup, teardown),
	};

	return cmocka_run_group_tests_name("host/shell", tests, NULL, NULL);
}

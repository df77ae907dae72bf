/*
 * What a container's own command writes is its log, and a session at a main process ends it.  Texts are those of kubectl v1.32
 * (pkg/cmd/run/run.go, pkg/cmd/attach/attach.go) and of containerd's StartError; the loops are those of the documentation
 * (concepts/cluster-administration/logging, concepts/workloads/pods/init-containers).
 */
#include "fixture.h"

static void
expect(struct fixture *f, const char *line, const char *out, const char *err, int status)
{
	assert_int_equal(run(f, line), status);
	assert_string_equal(f->out.str.buf, out);
	assert_string_equal(f->err.str.buf, err);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void
test_one_that_ends(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run t --image=busybox --restart=Never -- wget -qO- -T2 web");
	run(f, "kubectl get pod t");
	run(f, "kubectl delete svc web");	/* it had its answer before */
	run(f, "kubectl logs t");
	assert_non_null(strstr(f->out.str.buf, "<title>Welcome to nginx!</title>"));
	run(f, "kubectl create job j --image=busybox -- sh -c 'echo of $(HOSTNAME) $HOSTNAME; echo and 1>&2'");
	run(f, "kubectl get pod -l job-name=j -o jsonpath='of $(HOSTNAME) {.items[0].metadata.name}'");
	assert_int_equal(count(f->out.str.buf, "of $(HOSTNAME) j-"), 1);	/* for what the kubelet doesn't know the shell asks */
	run(f, "kubectl run e --image=busybox --restart=Never --env=WHO=me -- echo 'I am $(WHO), $$(WHO) and $(NOBODY)'");
	expect(f, "kubectl logs e", "I am me, $(WHO) and $(NOBODY)\n", "", 0);
}

static void
test_one_that_goes_on(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run counter --image=busybox:1.28 -- "
		"sh -c 'i=0; while true; do echo \"$i: $(date)\"; i=$((i+1)); sleep 1; done'; sleep 4");
	assert_int_equal(run(f, "kubectl logs counter"), 0);
	assert_true(str_starts(f->out.str.buf, "0: Mon Nov 23 04:1"));
	assert_int_equal(count(f->out.str.buf, "\n"), 4);
	run(f, "sleep 60; kubectl logs counter");
	assert_int_equal(count(f->out.str.buf, "\n"), 64);
	run(f, "kubectl logs counter --since=10s");
	assert_int_equal(count(f->out.str.buf, "\n"), 10);
	run(f, "kubectl logs counter --tail=1");
	assert_true(str_starts(f->out.str.buf, "63: "));
}

/* A loop that never sleeps comes to an end here, and what it writes is bounded. */
static void
test_one_without_end(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run y --image=busybox -- sh -c 'while true; do echo y; done'; sleep 10");
	run(f, "kubectl logs y");
	assert_in_range(count(f->out.str.buf, "y\n"), 100, LOG_LINES_MAX);
	assert_int_equal(count(f->out.str.buf, "y\n") * 2, f->out.str.len);
}

/* What failed before the Service was there has failed then. */
static void
test_past_stays(void **state)
{
	struct fixture *f = *state;
	size_t waited;

	run(f, "kubectl run w --image=nginx --overrides='{\"spec\":{\"initContainers\":[{\"name\":\"init\",\"image\":\"busybox:1.28\","
		"\"command\":[\"sh\",\"-c\",\"until nslookup my.default.svc.cluster.local; do echo waiting for my; sleep 2; done; echo up\"]}]}}'; sleep 7");
	run(f, "kubectl logs w -c init");
	waited = count(f->out.str.buf, "waiting for my\n");
	assert_in_range(waited, 3, 4);
	assert_int_equal(count(f->out.str.buf, "up\n"), 0);
	run(f, "kubectl create svc clusterip my --tcp=80; sleep 5; kubectl logs w -c init");
	assert_in_range(count(f->out.str.buf, "waiting for my\n"), waited, waited + 1);
	assert_int_equal(count(f->out.str.buf, "Name:      my.default.svc.cluster.local\n"), 1);
	assert_true(str_ends(f->out.str.buf, "up\n"));
}

/* Each process has its own, and the one before it is there for -p. */
static void
test_restarts(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run bad --image=busybox -- sh -c 'date; sleep 30; exit 3'; sleep 35");
	run(f, "kubectl logs bad");
	assert_int_equal(count(f->out.str.buf, "UTC 2026\n"), 1);
	run(f, "kubectl logs bad > now; kubectl logs -p bad > before; diff now before");
	assert_int_equal(f->shell.status, 1);
	run(f, "wc -l < before");
	assert_string_equal(f->out.str.buf, "1\n");
}

static void
test_run_ends(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++)
		expect(f, "kubectl run tmp --rm -i --restart=Never --image=busybox -- echo hi", "hi\npod \"tmp\" deleted\n", "", 0);
	expect(f, "kubectl run a --rm -it --restart=Never --image=busybox -- sh -c 'echo so; exit 7'", "so\npod \"a\" deleted\n",
		"If you don't see a command prompt, try pressing enter.\npod default/a terminated (Error)\n", 7);
	expect(f, "kubectl run b -i --restart=Never --image=busybox -- nosuch", "",
		"pod default/b terminated (StartError)\nfailed to create containerd task: failed to create shim task: OCI runtime "
		"create failed: runc create failed: unable to start container process: exec: \"nosuch\": executable file not found "
		"in $PATH: unknown\n", 128);
	expect(f, "kubectl get pod b -o jsonpath={.status.phase}", "Failed", "", 0);
	expect(f, "kubectl run c -i --rm --restart=Never --image=busybos -- echo hi", "pod \"c\" deleted\n",
		"error: timed out waiting for the condition\n", 1);
	expect(f, "kubectl run d --attach --restart=Never --image=busybox -- sh -c 'echo hi; sleep 2; echo ho; exit 4'", "hi\nho\n",
		"pod default/d terminated (Error)\n", 4);
	run(f, "kubectl run e -i --restart=Never --image=busybox -- echo hi");
	expect(f, "kubectl logs e", "hi\n", "", 0);
	expect(f, "kubectl get pod e -o jsonpath={.status.phase}", "Succeeded", "", 0);
	run(f, "kubectl run g -i --rm --expose --port=80 --restart=Never --image=busybox -- true");
	assert_true(str_ends(f->out.str.buf, "pod \"g\" deleted\nservice \"g\" deleted\n"));
}

/* `exit` of a shell that is a pod's main process. */
static void
test_shell_ends(void **state)
{
	struct fixture *f = *state;
	struct sink_str out = SINK_STR_INIT;

	f->io.tty = true;
	run(f, "kubectl run a --restart=Never --rm -it --image=busybox");
	assert_int_equal(f->shell.place, PLACE_POD);
	expect(f, "exit 3", "pod \"a\" deleted\n", "pod default/a terminated (Error)\n", 3);
	assert_int_equal(f->shell.place, PLACE_CLIENT);
	run(f, "kubectl run b -it --image=busybox");
	expect(f, "exit", "Session ended, resume using 'kubectl attach b -c b -i -t' command when the pod is running\n", "", 0);
	run(f, "sleep 2; kubectl get pod b");
	assert_int_equal(count(f->out.str.buf, "1/1     Running   1 ("), 1);
	run(f, "kubectl attach b -it");
	assert_int_equal(f->shell.place, PLACE_POD);
	run(f, "exit");
	assert_int_equal(count(f->out.str.buf, "Session ended, resume"), 1);
	str_release(&out.str);
}

/*
 * An ephemeral container has its image's tools and its pod's network; texts of pkg/cmd/debug/debug.go and attach.go, and of
 * ValidatePodEphemeralContainersUpdate.
 */
static void
test_ephemeral(void **state)
{
	struct fixture *f = *state;

	f->io.tty = true;
	run(f, "kubectl run mute --image=registry.k8s.io/pause:3.10; kubectl label pod mute app=mute; sleep 2");
	assert_int_equal(run(f, "kubectl exec mute -- ls"), 1);
	expect(f, "kubectl debug mute --profile=general --image=busybox -it --target=mute -c looker",
		"Targeting container \"mute\". If you don't see processes from this container it may be because the container runtime "
		"doesn't support this feature.\nIf you don't see a command prompt, try pressing enter.\n", "", 0);
	assert_int_equal(f->shell.place, PLACE_POD);
	assert_int_equal(run(f, "wget -q -O- web"), 0);
	assert_int_equal(count(f->out.str.buf, "Welcome to nginx!"), 2);
	expect(f, "exit 3", "Session ended, the ephemeral container will not be restarted but may be reattached using 'kubectl attach mute "
		"-c looker -i -t' if it is still running\n", "", 0);
	expect(f, "kubectl get pod mute --no-headers | awk '{print $2, $3, $4}'", "1/1 Running 0\n", "", 0);
	expect(f, "kubectl get pod mute -o jsonpath='{.status.ephemeralContainerStatuses[0].state.terminated.exitCode} "
		"{.status.ephemeralContainerStatuses[0].ready} {.status.ephemeralContainerStatuses[0].started}'", "3 false ", "", 0);
	run(f, "kubectl debug mute --profile=general --image=nginx -c stays -q; sleep 2");
	expect(f, "kubectl exec mute -c stays -- hostname", "mute\n", "", 0);
	assert_int_equal(run(f, "kubectl exec mute -- true"), 1);
	assert_int_equal(count(f->err.str.buf, "Defaulted container \"mute\" out of: mute, looker (ephem), stays (ephem)\n"), 1);
	assert_int_equal(run(f, "kubectl debug mute --image=busybox -c looker -q"), 1);
	assert_int_equal(count(f->err.str.buf, "spec.ephemeralContainers[2].name: Duplicate value: \"looker\""), 1);
	assert_int_equal(run(f, "kubectl patch pod mute --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/ephemeralContainers/0\"}]'"), 1);
	assert_int_equal(count(f->err.str.buf, "pod updates may not change fields other than"), 1);
}

/* A sleep without an end says nothing, and nothing after it comes; typed by hand it is as good as interrupted. */
static void
test_sleep_without_end(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run idle --image=busybox -- sh -c 'echo before; sleep infinity; echo after'; sleep 30");
	expect(f, "kubectl logs idle", "before\n", "", 0);
	expect(f, "sleep infinity", "", "", 130);
	expect(f, "kubectl exec idle -- sleep soon", "", "sleep: invalid number 'soon'\ncommand terminated with exit code 1\n", 1);
	expect(f, "sleep soon", "", "sleep: invalid time interval 'soon'\nTry 'sleep --help' for more information.\n", 1);
}

/*
 * The two nslookups of busybox, as docker-library/busybox issue 75 shows them for 1.28 and 1.31; what an init container waits for
 * with either.
 */
static void
test_old_nslookup(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl run old --image=busybox:1.28 -- sleep 1d; kubectl run new --image=busybox:1.36 -- sleep 1d; sleep 3");
	expect(f, "kubectl exec old -- nslookup kubernetes.default",
		"Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n"
		"Name:      kubernetes.default\nAddress 1: 10.96.0.1 kubernetes.default.svc.cluster.local\n", "", 0);
	assert_int_equal(run(f, "kubectl exec new -- nslookup kubernetes.default"), 1);
	assert_int_equal(count(f->out.str.buf, "** server can't find kubernetes.default: NXDOMAIN\n"), 2);
	expect(f, "kubectl exec old -- nslookup nosuch",
		"Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n",
		"nslookup: can't resolve 'nosuch'\ncommand terminated with exit code 1\n", 1);
	assert_int_equal(run(f, "kubectl exec new -- nslookup kubernetes.default.svc.cluster.local 192.0.2.53"), 1);
	run(f, "for tag in 1.28 1.36; do kubectl run w${tag#1.} --image=busybox:$tag --restart=Never -- "
		"sh -c 'until nslookup kubernetes.default; do sleep 2; done'; done; sleep 10");
	expect(f, "kubectl get pod w28 w36 -o jsonpath='{.items[*].status.phase}'", "Succeeded Running", "", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_one_that_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_that_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_past_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_restarts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_run_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shell_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ephemeral, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sleep_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_old_nslookup, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What images have: Docker Hub's Dockerfiles, and the applets that busybox and Debian's packages list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "control/installed.h"

static void
images_have_what_their_files_install(void **state)
{
	(void)state;
	assert_true(installed_has("busybox", "wget"));
	assert_false(installed_has("busybox:1.36", "curl"));
	assert_false(installed_has("nginx", "wget"));
	assert_true(installed_has("docker.io/library/nginx:1.27-alpine", "wget"));
	assert_false(installed_has("registry.k8s.io/pause:3.10", "sh"));
	assert_true(installed_has("example.com/team/api", "curl"));
	assert_false(installed_has("example.com/team/api", "systemctl"));
	assert_true(installed_has(NULL, "sh"));
}

static void
what_is_installed_beside_takes_busyboxs_place(void **state)
{
	static const char *const programs[] = { "nslookup", "wget", "ping", "sh", "ps", "ls" };

	(void)state;
	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
		assert_true(installed_is_busybox("busybox", programs[i]));
		assert_true(installed_is_busybox("alpine:3.20", programs[i]));
		assert_false(installed_is_busybox("nginx", programs[i]));
	}
	assert_true(installed_is_busybox("nicolaka/netshoot", "wget"));
	assert_false(installed_is_busybox("nicolaka/netshoot", "nslookup"));
	assert_false(installed_is_busybox("example.com/team/api", "wget"));
}

static void
what_surely_is_not_there(void **state)
{
	(void)state;
	assert_true(installed_lacks("busybox", "bash"));
	assert_true(installed_lacks("busybox", "/usr/bin/anything"));
	assert_false(installed_lacks("busybox", "/opt/anything"));
	assert_false(installed_lacks("busybox", "crond"));
	assert_false(installed_lacks("alpine", "apk"));
	assert_false(installed_lacks("ubuntu:24.04", "perl"));
	assert_true(installed_lacks("ubuntu:24.04", "curl"));
	assert_true(installed_lacks("nginx", "ngnix"));
	assert_false(installed_lacks("nginx", "perl"));
	assert_false(installed_lacks("mysql:8", "mysqladmin"));
	assert_false(installed_lacks("example.com/team/api", "bash"));
	assert_false(installed_lacks(NULL, "anything"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_have_what_their_files_install),
		cmocka_unit_test(what_is_installed_beside_takes_busyboxs_place),
		cmocka_unit_test(what_surely_is_not_there),
	};

	return cmocka_run_group_tests_name("installed", tests, NULL, NULL);
}

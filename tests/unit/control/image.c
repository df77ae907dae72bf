/* Which images can be pulled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "control/image.h"

static void
only_tags_that_there_may_be_can_be_pulled(void **state)
{
	(void)state;
	assert_true(image_exists("nginx"));
	assert_true(image_exists("nginx:1.27-alpine"));
	assert_true(image_exists("nginx:alpine"));
	assert_false(image_exists("nginx:doesnotexist"));
	assert_false(image_exists("nginx:1.161"));	/* of the documentation's page on Deployments */
	assert_true(image_exists("nginx:1.14.2"));
	assert_true(image_exists("docker.io/library/nginx:1.16.1-alpine"));
	assert_true(image_exists("ubuntu:24.04"));
	assert_true(image_exists("mysql:5.7.44"));
	assert_ptr_equal(image_of("node"), image_of("docker.io/library/node:20"));
	assert_null(image_of("quay.io/calico/node"));
	assert_ptr_not_equal(image_of("nginxdemos/hello"), NULL);
	assert_null(image_of("hello"));
	assert_false(image_exists("ngnix"));
	assert_false(image_exists("postgress:16"));
	assert_true(image_exists("mysql"));
	assert_true(image_exists("shop"));
	assert_true(image_exists("example.com/team/ngnix"));
	assert_true(image_exists("example.com/team/api:whatever"));	/* nothing is known of it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_tags_that_there_may_be_can_be_pulled),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}

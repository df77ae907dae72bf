/* The ready made cluster is what making it anew gives, moved in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/yaml.h"
#include "ready.h"

extern const struct ready svcsim_ready;	/* made by the build, as the program's own */

#define NOW (INT64_C(1767225600) * CLOCK_SECOND)

static void
dump(const struct cluster *cluster, struct str *out)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			yaml_write(objects[i]->root, out);
	}
}

static void
taking_it_gives_what_making_it_gives(void **state)
{
	struct cluster made, read;
	struct str one = STR_INIT, two = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_true(ready_take(&svcsim_ready, &read, NOW));
	assert_false(ready_take(&svcsim_ready, &read, NOW));
	assert_int_equal(cluster_make(&made, READY_SEED, NOW, NULL, 0, false, &err), 0);
	dump(&made, &one);
	dump(&read, &two);
	assert_string_equal(one.buf, two.buf);
	assert_true(made.server.rng.state == read.server.rng.state);
	assert_true(made.server.clock.now == read.server.clock.now);
	assert_true(store_version(made.server.store) == store_version(read.server.store));
	cluster_check(&read);
	/* and it is at rest: letting time pass changes nothing until the Events are an hour old */
	cluster_tick(&read, read.server.clock.now + 3000 * CLOCK_SECOND);
	str_clear(&two);
	dump(&read, &two);
	assert_string_equal(one.buf, two.buf);
	cluster_release(&made);
	cluster_release(&read);
	str_release(&one);
	str_release(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taking_it_gives_what_making_it_gives),
	};

	return cmocka_run_group_tests_name("ready", tests, NULL, NULL);
}

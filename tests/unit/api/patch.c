/*
 * The patches.  Cases of RFC 6902 (appendix A) and RFC 7386 (appendix A) are theirs; those of the strategic merge
 * follow the examples of the Kubernetes documentation, "Update API Objects in Place Using kubectl patch", and its
 * "Declarative Management".
 */
#include "api/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static struct value *
read_json(struct arena *arena, const char *text)
{
	struct err err = ERR_INIT;
	struct value *value = NULL;

	assert_int_equal(json_read("test", text, strlen(text), arena, &value, &err), 0);
	return value;
}

static void
assert_json(struct arena *arena, const struct value *value, const char *want)
{
	if (!value_equal(value, read_json(arena, want))) {
		struct str text = STR_INIT;

		json_write(value, 0, &text);
		fail_msg("%s\nis not\n%s", text.buf, want);
	}
}

struct patch_case {
	const char *current, *patch, *want; /* want NULL: refused */
	enum err_kind kind;
};

/* Texts of kubectl 1.32 patch --local --type json. */
static void
test_json_patch_refusals(void **state)
{
	static const char *const cases[][2] = {
		{ "{op: replace, path: /spec/ports/7, value: 1}", "replace operation does not apply: doc is missing key: /spec/ports/7: "
			"missing value" },
		{ "{op: replace, path: /x/y/z, value: 1}", "replace operation does not apply: doc is missing path: /x/y/z: missing value" },
		{ "{op: remove, path: /spec/x}", "error in remove for path: '/spec/x': Unable to remove nonexistent key: x: missing value" },
		{ "{op: remove, path: /spec/ports/7}", "error in remove for path: '/spec/ports/7': Unable to access invalid index: 7: "
			"invalid index referenced" },
		{ "{op: remove, path: /spec/ports/a}", "error in remove for path: '/spec/ports/a': strconv.Atoi: parsing \"a\": invalid "
			"syntax" },
		{ "{op: remove, path: spec}", "remove operation does not apply: doc is missing path: \"spec\": missing value" },
		{ "{op: remove}", "remove operation failed to decode path: missing value" },
		{ "{op: add, path: /spec/ports/7, value: 1}", "error in add for path: '/spec/ports/7': Unable to access invalid index: 7: "
			"invalid index referenced" },
		{ "{op: add, path: /spec/ports/a, value: 1}", "error in add for path: '/spec/ports/a': value was not a proper array index: "
			"'a': strconv.Atoi: parsing \"a\": invalid syntax" },
		{ "{op: add, path: /metadata/name/y, value: 1}", "add operation does not apply: doc is missing path: "
			"\"/metadata/name/y\": missing value" },
		{ "{op: move, path: /spec/x}", "move operation failed to decode from: operation, missing from field: missing value" },
		{ "{op: move, path: /q/x, from: /spec/ports/0/port}", "move operation does not apply: doc is missing destination path: "
			"/q/x: missing value" },
		{ "{op: copy, path: /spec/x, from: /q/r}", "copy operation does not apply: doc is missing from path: /q/r: missing value" },
		{ "{op: copy, path: /spec/ports/4, from: /spec/ports/0}", "error while adding value during copy: Unable to access invalid "
			"index: 4: invalid index referenced" },
		{ "{op: test, path: /q/x, value: 1}", "test operation does not apply: is missing path: /q/x: missing value" },
		{ "{op: test, path: /spec/ports/0/port, value: 1}", "testing value /spec/ports/0/port failed: test failed" },
		{ "{op: foo, path: /spec}", "Unexpected kind: foo" },
		{ "{path: /spec}", "Unexpected kind: unknown" },
		{ "x", "json: cannot unmarshal string into Go value of type jsonpatch.Operation" },
	};
	struct arena arena = ARENA_INIT;
	struct value *current = read_json(&arena, "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[{\"port\":80}]}}"), *out;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		value_vec documents = VEC_INIT;
		char *text = xasprintf("[%s]", cases[i][0]);

		assert_int_equal(yaml_read("test", text, strlen(text), NULL, &arena, &documents, &err), 0);
		assert_int_equal(patch_json(current, documents.v[0], &arena, &out, &err), -1);
		assert_string_equal(err.text, cases[i][1]);
		err_release(&err);
		vec_release(&documents);
		free(text);
	}
	arena_release(&arena);
}

static void
test_json_patch(void **state)
{
	static const struct patch_case cases[] = {
		{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]",
			"{\"baz\":\"qux\",\"foo\":\"bar\"}", ERR_NONE },
		{ "{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]",
			"{\"foo\":[\"bar\",\"qux\",\"baz\"]}", ERR_NONE },
		{ "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}",
			ERR_NONE },
		{ "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]",
			"{\"foo\":[\"bar\",\"baz\"]}", ERR_NONE },
		{ "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]",
			"{\"baz\":\"boo\",\"foo\":\"bar\"}", ERR_NONE },
		{ "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
			"[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
			"{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}", ERR_NONE },
		{ "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}",
			"[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
			"{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}", ERR_NONE },
		{ "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
			"[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/"
			"1\",\"value\":2}]",
			"{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}", ERR_NONE },
		{ "{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]", NULL, ERR_FAILED },
		{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",
			"{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}", ERR_NONE },
		{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", NULL, ERR_FAILED },
		{ "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]", "{\"/\":9,\"~1\":10}",
			ERR_NONE },
		{ "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]", NULL, ERR_FAILED },
		{ "{\"foo\":[\"bar\"]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]",
			"{\"foo\":[\"bar\",[\"abc\",\"def\"]]}", ERR_NONE },
		{ "{\"foo\":[\"a\",\"b\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/-1\"}]", "{\"foo\":[\"a\"]}",
			ERR_NONE },
		{ "{\"foo\":[\"a\"]}", "[{\"op\":\"add\",\"path\":\"/foo/3\",\"value\":1}]", NULL, ERR_FAILED },
		{ "{\"foo\":1}", "[{\"op\":\"remove\",\"path\":\"/bar\"}]", NULL, ERR_FAILED },
		{ "{\"foo\":1}", "[{\"op\":\"replace\",\"path\":\"/bar\",\"value\":1}]", "{\"foo\":1,\"bar\":1}", ERR_NONE },
		{ "{\"foo\":1}", "[{\"op\":\"copy\",\"from\":\"/foo\",\"path\":\"/bar\"}]", "{\"foo\":1,\"bar\":1}",
			ERR_NONE },
		{ "{\"foo\":1}", "[{\"op\":\"shout\",\"path\":\"/foo\"}]", NULL, ERR_FAILED },
		{ "{\"foo\":1}", "{\"op\":\"remove\",\"path\":\"/foo\"}", NULL, ERR_INPUT },
		{ "{\"foo\":1}", "[{\"op\":\"move\",\"path\":\"/foo\"}]", NULL, ERR_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *current = read_json(&arena, cases[i].current), *out = NULL;
		int failed = patch_json(current, read_json(&arena, cases[i].patch), &arena, &out, &err);

		assert_int_equal(err.kind, cases[i].kind);
		assert_int_equal(failed, cases[i].want ? 0 : -1);
		if (cases[i].want)
			assert_json(&arena, out, cases[i].want);
		assert_json(&arena, current, cases[i].current);
		err_release(&err);
		arena_release(&arena);
	}
}

static void
test_merge_patch(void **state)
{
	static const struct patch_case cases[] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}", ERR_NONE },
		{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}", ERR_NONE },
		{ "{\"a\":\"b\"}", "{\"a\":null}", "{}", ERR_NONE },
		{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}", ERR_NONE },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}", ERR_NONE },
		{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}", ERR_NONE },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}", ERR_NONE },
		{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}", ERR_NONE },
		{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}", ERR_NONE },
		{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}", ERR_NONE },
		{ "{\"a\":1}", "[1]", NULL, ERR_INPUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *out = NULL;
		int failed = patch_merge(
			read_json(&arena, cases[i].current), read_json(&arena, cases[i].patch), &arena, &out, &err);

		assert_int_equal(err.kind, cases[i].kind);
		assert_int_equal(failed, cases[i].want ? 0 : -1);
		if (cases[i].want)
			assert_json(&arena, out, cases[i].want);
		err_release(&err);
		arena_release(&arena);
	}
}

static void
test_strategic(void **state)
{
	static const struct {
		const char *type, *current, *patch, *want;
	} cases[] = {
		/* a container is merged by name, and a new one stands first */
		{ "core.v1.PodSpec", "{\"containers\":[{\"name\":\"patch-demo-ctr\",\"image\":\"nginx\"}]}",
			"{\"containers\":[{\"name\":\"patch-demo-ctr-2\",\"image\":\"redis\"}]}",
			"{\"containers\":[{\"name\":\"patch-demo-ctr-2\",\"image\":\"redis\"},{\"name\":\"patch-demo-"
			"ctr\",\"image\":\"nginx\"}]}" },
		{ "core.v1.PodSpec",
			"{\"containers\":[{\"name\":\"a\",\"image\":\"x\"},{\"name\":\"b\",\"image\":\"y\"}]}",
			"{\"containers\":[{\"name\":\"b\",\"image\":\"z\"}]}",
			"{\"containers\":[{\"name\":\"a\",\"image\":\"x\"},{\"name\":\"b\",\"image\":\"z\"}]}" },
		/* tolerations are one value */
		{ "core.v1.PodSpec", "{\"tolerations\":[{\"key\":\"dedicated\"}]}",
			"{\"tolerations\":[{\"key\":\"disktype\"}]}", "{\"tolerations\":[{\"key\":\"disktype\"}]}" },
		{ "apps.v1.DeploymentSpec",
			"{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"30%\"}}}",
			"{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}",
			"{\"strategy\":{\"type\":\"Recreate\"}}" },
		{ "core.v1.PodSpec", "{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
			"{\"containers\":[{\"$patch\":\"delete\",\"name\":\"a\"}]}",
			"{\"containers\":[{\"name\":\"b\"}]}" },
		{ "core.v1.PodSpec", "{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
			"{\"containers\":[{\"$patch\":\"replace\"},{\"name\":\"c\"}]}",
			"{\"containers\":[{\"name\":\"c\"}]}" },
		{ "core.v1.ServiceSpec", "{\"selector\":{\"app\":\"a\",\"tier\":\"b\"}}",
			"{\"selector\":{\"$patch\":\"replace\",\"x\":\"y\"}}", "{\"selector\":{\"x\":\"y\"}}" },
		{ "core.v1.ServiceSpec", "{\"selector\":{\"app\":\"a\",\"tier\":\"b\"}}",
			"{\"selector\":{\"tier\":null,\"x\":\"y\"}}", "{\"selector\":{\"app\":\"a\",\"x\":\"y\"}}" },
		{ "meta.v1.ObjectMeta", "{\"finalizers\":[\"a\",\"b\"]}", "{\"finalizers\":[\"b\",\"c\"]}",
			"{\"finalizers\":[\"a\",\"b\",\"c\"]}" },
		{ "meta.v1.ObjectMeta", "{\"finalizers\":[\"a\",\"b\",\"c\"]}",
			"{\"$deleteFromPrimitiveList/finalizers\":[\"b\"]}", "{\"finalizers\":[\"a\",\"c\"]}" },
		{ "core.v1.ServiceSpec", "{\"ports\":[{\"port\":80},{\"port\":443}]}",
			"{\"$setElementOrder/ports\":[{\"port\":443},{\"port\":80}]}",
			"{\"ports\":[{\"port\":443},{\"port\":80}]}" },
		{ "core.v1.ServiceSpec", "{\"ports\":[{\"port\":80},{\"port\":443}]}",
			"{\"$setElementOrder/"
			"ports\":[{\"port\":81},{\"port\":80}],\"ports\":[{\"port\":81},{\"$patch\":\"delete\","
			"\"port\":443}]}",
			"{\"ports\":[{\"port\":81},{\"port\":80}]}" },
		{ "core.v1.ServiceSpec", "{}",
			"{\"ports\":[{\"port\":80,\"name\":null},{\"port\":1,\"$patch\":\"delete\"}]}",
			"{\"ports\":[{\"port\":80}]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *out = NULL;

		assert_int_equal(patch_strategic(cases[i].type, read_json(&arena, cases[i].current),
					 read_json(&arena, cases[i].patch), &arena, &out, &err),
			0);
		assert_json(&arena, out, cases[i].want);
		arena_release(&arena);
	}
}

static void
test_strategic_refused(void **state)
{
	static const struct {
		const char *patch, *error;
	} cases[] = {
		{ "{\"ports\":[{\"targetPort\":80,\"name\":\"x\"}]}",
			"map: map[name:x targetPort:80] does not contain declared merge key: port" },
		{ "{\"ports\":[{\"$patch\":\"merge\",\"port\":80}]}",
			"merging lists cannot yet be specified in the patch" },
		{ "{\"selector\":{\"$patch\":\"shout\"}}", "unknown patch type: shout in map: map[$patch:shout]" },
		{ "{\"$retainKeys\":[\"type\"],\"clusterIP\":\"x\"}", "invalid patch format of retainKeys" },
		{ "[1]", "invalid JSON document" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *current = read_json(&arena, "{\"ports\":[{\"port\":80}],\"selector\":{\"a\":\"b\"}}"),
			     *out = NULL;

		assert_int_equal(patch_strategic("core.v1.ServiceSpec", current, read_json(&arena, cases[i].patch),
					 &arena, &out, &err),
			-1);
		assert_string_equal(err.text, cases[i].error);
		assert_null(out);
		err_release(&err);
		arena_release(&arena);
	}
}

static void
test_three_way(void **state)
{
	static const struct {
		const char *type, *original, *modified, *current, *want;
	} cases[] = {
		/* what somebody else set stays, what was taken out of the manifest goes */
		{ "apps.v1.DeploymentSpec", "{\"replicas\":1,\"minReadySeconds\":5}", "{\"replicas\":1}",
			"{\"replicas\":1,\"minReadySeconds\":5,\"paused\":true}", "{\"minReadySeconds\":null}" },
		{ "apps.v1.DeploymentSpec", "{\"minReadySeconds\":5}", "{\"minReadySeconds\":5}",
			"{\"replicas\":7,\"minReadySeconds\":5}", "{}" },
		{ "core.v1.PodSpec", "{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:1.14.2\"}]}",
			"{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:1.16.1\"}]}",
			"{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:1.14.2\",\"imagePullPolicy\":"
			"\"Always\"}]}",
			"{\"$setElementOrder/containers\":[{\"name\":\"nginx\"}],"
			"\"containers\":[{\"image\":\"nginx:1.16.1\",\"name\":\"nginx\"}]}" },
		{ "core.v1.ServiceSpec", "{\"ports\":[{\"name\":\"a\",\"port\":80},{\"name\":\"b\",\"port\":81}]}",
			"{\"ports\":[{\"name\":\"a\",\"port\":80}]}",
			"{\"clusterIP\":\"10.96.0.1\",\"ports\":[{\"name\":\"a\",\"port\":80,\"protocol\":\"TCP\"},"
			"{\"name\":\"b\",\"port\":81,\"protocol\":\"TCP\"}]}",
			"{\"$setElementOrder/"
			"ports\":[{\"port\":80}],\"ports\":[{\"$patch\":\"delete\",\"port\":81}]}" },
		{ "core.v1.ServiceSpec", "{\"selector\":{\"app\":\"a\"},\"externalIPs\":[\"1.1.1.1\"]}",
			"{\"selector\":{\"app\":\"b\"}}",
			"{\"selector\":{\"app\":\"a\"},\"externalIPs\":[\"1.1.1.1\"]}",
			"{\"selector\":{\"app\":\"b\"},\"externalIPs\":null}" },
		{ "apps.v1.DeploymentSpec", "{\"strategy\":{\"type\":\"RollingUpdate\"}}",
			"{\"strategy\":{\"type\":\"Recreate\"}}",
			"{\"strategy\":{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\"}}}",
			"{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}" },
		{ "meta.v1.ObjectMeta", "{\"finalizers\":[\"a\",\"b\"]}", "{\"finalizers\":[\"a\",\"c\"]}",
			"{\"finalizers\":[\"a\",\"b\"]}",
			"{\"finalizers\":[\"c\"],\"$deleteFromPrimitiveList/finalizers\":[\"b\"],"
			"\"$setElementOrder/finalizers\":[\"a\",\"c\"]}" },
		{ "core.v1.ServiceSpec", NULL, "{\"type\":\"NodePort\"}",
			"{\"type\":\"ClusterIP\",\"clusterIP\":\"x\"}", "{\"type\":\"NodePort\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct value *patch = NULL;
		const struct value *original = cases[i].original ? read_json(&arena, cases[i].original) : NULL;

		assert_int_equal(patch_three_way(cases[i].type, original, read_json(&arena, cases[i].modified),
					 read_json(&arena, cases[i].current), &arena, &patch, &err),
			0);
		assert_json(&arena, patch, cases[i].want);
		arena_release(&arena);
	}
}

/* Cases of k8s.io/apimachinery/pkg/util/jsonmergepatch/patch_test.go. */
static void
test_three_way_merge(void **state)
{
	static const struct {
		const char *original, *modified, *current, *want;
	} cases[] = {
		{ NULL, "{\"name\":1,\"value\":1}", "{\"name\":1,\"other\":\"a\"}", "{\"value\":1}" },
		{ "{\"name\":1}", "{\"name\":1}", "{\"name\":1}", "{}" },
		{ "{\"name\":1}", "{\"name\":1,\"value\":1}", "{\"name\":\"a\",\"other\":\"a\"}", "{\"name\":1,\"value\":1}" },
		{ "{\"name\":1}", "{\"value\":1}", "{\"name\":1,\"other\":\"a\"}", "{\"name\":null,\"value\":1}" },
		{ "{\"simpleMap\":{\"key1\":1,\"key2\":1}}", "{\"simpleMap\":{\"key1\":1}}",
			"{\"simpleMap\":{\"key1\":1,\"key2\":1,\"other\":\"a\"}}", "{\"simpleMap\":{\"key2\":null}}" },
		{ "{\"simpleMap\":{\"key1\":1,\"key2\":1}}", "{\"simpleMap\":{\"key1\":1}}",
			"{\"simpleMap\":{\"key1\":\"a\",\"key2\":1,\"other\":\"a\"}}", "{\"simpleMap\":{\"key1\":1,\"key2\":null}}" },
		{ "{\"name\":1,\"value\":1}", "{}", "{\"name\":1,\"value\":1,\"other\":\"a\"}", "{\"name\":null,\"value\":null}" },
		{ "{\"name\":1,\"value\":1}", "{\"other\":\"a\"}", "{\"name\":1,\"value\":1,\"other\":\"b\"}",
			"{\"name\":null,\"value\":null,\"other\":\"a\"}" },
		{ "{\"intList\":[1,2]}", "{\"intList\":[2,3]}", "{\"intList\":[1,2]}", "{\"intList\":[2,3]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		const struct value *original = cases[i].original ? read_json(&arena, cases[i].original) : NULL;

		assert_json(&arena, patch_merge_three_way(original, read_json(&arena, cases[i].modified),
			read_json(&arena, cases[i].current), &arena), cases[i].want);
		arena_release(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_patch),
		cmocka_unit_test(test_json_patch_refusals),
		cmocka_unit_test(test_merge_patch),
		cmocka_unit_test(test_strategic),
		cmocka_unit_test(test_strategic_refused),
		cmocka_unit_test(test_three_way),
		cmocka_unit_test(test_three_way_merge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Vectors of FIPS 180-4 and RFC 4648, Kubernetes' own chain name, and FNV's test suite. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
test_sha256(void **state)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
			"cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
	};
	static char million[1000000];
	char hex[65];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		sha256_hex(rows[i].text, strlen(rows[i].text), hex);
		assert_string_equal(hex, rows[i].hex);
	}
	memset(million, 'a', sizeof million);
	sha256_hex(million, sizeof million, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
test_base32(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" }, { "f", "MY" }, { "fo", "MZXQ" }, { "foo", "MZXW6" }, { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" },
	};
	char text[33];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		base32((const uint8_t *)rows[i].text, strlen(rows[i].text), text, 32);
		assert_string_equal(text, rows[i].want);
	}
}

/* KUBE-SVC-NPX46M4PTMTKRN6Y stands in every cluster's rules: the Service default/kubernetes. */
static void
test_chain_name(void **state)
{
	static const char key[] = "default/kubernetes:httpstcp";
	uint8_t digest[32];
	char text[17];

	(void)state;
	sha256(key, strlen(key), digest);
	base32(digest, sizeof digest, text, 16);
	assert_string_equal(text, "NPX46M4PTMTKRN6Y");
}

static void
test_fnv(void **state)
{
	char text[16];

	(void)state;
	assert_int_equal(fnv32a(FNV32A_START, "", 0), 0x811c9dc5);
	assert_int_equal(fnv32a(FNV32A_START, "a", 1), 0xe40c292c);
	assert_int_equal(fnv32a(FNV32A_START, "foobar", 6), 0xbf9cf968);
	assert_int_equal(fnv32a(fnv32a(FNV32A_START, "foo", 3), "bar", 3), 0xbf9cf968);
	/* util/rand.SafeEncodeString: each byte modulo 27 */
	safe_encode("0123456789", text);
	assert_string_equal(text, "456789bcdf");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_base32),
		cmocka_unit_test(test_chain_name),
		cmocka_unit_test(test_fnv),
	};

	return cmocka_run_group_tests_name("base/hash", tests, NULL, NULL);
}

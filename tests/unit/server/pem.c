/* Certificates and keys: TestX509KeyPairErrors and TestX509MixedKeyPair of Go's crypto/tls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/pem.h"

#define BLOCK(type, content) "-----BEGIN " type "-----\n" content "\n-----END " type "-----\n"
#define CERTIFICATE BLOCK("CERTIFICATE", "MIIB0zCCAX2g")
#define KEY BLOCK("RSA PRIVATE KEY", "MIIBOwIBAAJB")
#define NONSENSE BLOCK("NONSENSE", "Zm9vZm9v")

static void
test_pairs(void **state)
{
	static const struct {
		const char *cert, *key, *fault;
	} cases[] = {
		{ CERTIFICATE, KEY, NULL },
		{ KEY CERTIFICATE, NONSENSE KEY, NULL },
		{ "", KEY, "tls: failed to find any PEM data in certificate input" },
		{ KEY, CERTIFICATE,
			"tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs "
			"may have been switched" },
		{ CERTIFICATE, CERTIFICATE, "tls: found a certificate rather than a key in the PEM for the private key" },
		{ NONSENSE, NONSENSE,
			"tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the "
			"following types: [NONSENSE]" },
		{ CERTIFICATE, NONSENSE NONSENSE,
			"tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks "
			"of the following types: [NONSENSE NONSENSE]" },
		{ BLOCK("CERTIFICATE", "AAAA"), KEY, "x509: malformed certificate" },
		{ "-----BEGIN CERTIFICATE-----\nMIIB\n", KEY, "tls: failed to find any PEM data in certificate input" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *fault = pem_pair_fault(cases[i].cert, cases[i].key);

		if (cases[i].fault)
			assert_string_equal(fault, cases[i].fault);
		else
			assert_null(fault);
		free(fault);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

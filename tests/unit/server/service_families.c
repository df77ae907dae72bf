/*
 * Families and addresses of Services on clusters of one and of two families.  The creations are the whole gamut of
 * upstream's TestCreateInitIPFields, the updates those of TestUpdateIPsFrom.. and of the patching tests in
 * pkg/registry/core/service/storage/storage_test.go; the texts are those that initIPFamilyFields, allocIPs and
 * ValidateServiceUpdate give there.
 */
#include "fixture.h"

#include <stdio.h>

#define BOTH "ipFamilyPolicy: RequireDualStack, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, '2000::1']"
#define POLICIES 4
#define FAMILIES 5

static const char *const policies[POLICIES] = { "", "SingleStack", "PreferDualStack", "RequireDualStack" };
static const char *const families[FAMILIES] = { "", "[IPv4]", "[IPv6]", "[IPv4, IPv6]", "[IPv6, IPv4]" };

/* A server whose Services have the subnets; the second may be "". */
static void
use_subnets(struct fixture *fixture, const char *first, const char *second)
{
	struct settings *settings = &fixture->server.settings;

	assert_true(cidr_parse(first, &settings->service_subnets[0]));
	settings->service_subnets[1] = (struct cidr){ { IP_NONE, { 0 } }, 0 };
	if (*second)
		assert_true(cidr_parse(second, &settings->service_subnets[1]));
	server_recount(&fixture->server);
}

/*
 * What comes of each policy and families given, a column each: the families ("46": IPv4, then IPv6), or "-" for a
 * refusal.  With no policy given it is SingleStack, or RequireDualStack when `bare`: headless without a selector.
 */
static const struct gamut {
	const char *cluster[2], *ips;
	bool bare;
	const char *results[POLICIES];
} gamuts[] = {
	{ { "10.0.0.0/16", "" }, "", false, { "4 4 - - -", "4 4 - - -", "4 4 - - -", "- - - - -" } },
	{ { "10.0.0.0/16", "" }, "[10.0.0.1]", false, { "4 4 - - -", "4 4 - - -", "4 4 - - -", "- - - - -" } },
	{ { "10.0.0.0/16", "" }, "[10.0.0.1, '2000::1']", false,
		{ "- - - - -", "- - - - -", "- - - - -", "- - - - -" } },
	{ { "10.0.0.0/16", "" }, "[None]", false, { "4 4 - - -", "4 4 - - -", "4 4 - - -", "- - - - -" } },
	{ { "10.0.0.0/16", "" }, "[None]", true,
		{ "46 46 64 46 64", "4 4 6 - -", "46 46 64 46 64", "46 46 64 46 64" } },
	{ { "2000::/108", "" }, "", false, { "6 - 6 - -", "6 - 6 - -", "6 - 6 - -", "- - - - -" } },
	{ { "2000::/108", "" }, "['2000::1']", false, { "6 - 6 - -", "6 - 6 - -", "6 - 6 - -", "- - - - -" } },
	{ { "2000::/108", "" }, "[10.0.0.1, '2000::1']", false,
		{ "- - - - -", "- - - - -", "- - - - -", "- - - - -" } },
	{ { "2000::/108", "" }, "[None]", true, { "64 46 64 46 64", "6 4 6 - -", "64 46 64 46 64", "64 46 64 46 64" } },
	{ { "10.0.0.0/16", "2000::/108" }, "", false,
		{ "4 4 6 - -", "4 4 6 - -", "46 46 64 46 64", "46 46 64 46 64" } },
	{ { "10.0.0.0/16", "2000::/108" }, "[10.0.0.1]", false,
		{ "4 4 - - -", "4 4 - - -", "46 46 - 46 -", "46 46 - 46 -" } },
	{ { "10.0.0.0/16", "2000::/108" }, "['2000::1']", false,
		{ "6 - 6 - -", "6 - 6 - -", "64 - 64 - 64", "64 - 64 - 64" } },
	{ { "10.0.0.0/16", "2000::/108" }, "[10.0.0.1, '2000::1']", false,
		{ "- - - - -", "- - - - -", "46 46 - 46 -", "46 46 - 46 -" } },
	{ { "10.0.0.0/16", "2000::/108" }, "['2000::1', 10.0.0.1]", false,
		{ "- - - - -", "- - - - -", "64 - 64 - 64", "64 - 64 - 64" } },
	{ { "10.0.0.0/16", "2000::/108" }, "[None]", false,
		{ "4 4 6 - -", "4 4 6 - -", "46 46 64 46 64", "46 46 64 46 64" } },
	{ { "10.0.0.0/16", "2000::/108" }, "[None]", true,
		{ "46 46 64 46 64", "4 4 6 - -", "46 46 64 46 64", "46 46 64 46 64" } },
	{ { "2000::/108", "10.0.0.0/16" }, "", false,
		{ "6 4 6 - -", "6 4 6 - -", "64 46 64 46 64", "64 46 64 46 64" } },
	{ { "2000::/108", "10.0.0.0/16" }, "[10.0.0.1]", false,
		{ "4 4 - - -", "4 4 - - -", "46 46 - 46 -", "46 46 - 46 -" } },
	{ { "2000::/108", "10.0.0.0/16" }, "[None]", true,
		{ "64 46 64 46 64", "6 4 6 - -", "64 46 64 46 64", "64 46 64 46 64" } },
};

/* [IPv4, IPv6]: 46 */
static const char *
families_of(const struct value *list, char text[static 4])
{
	size_t n = value_count(list);

	for (size_t i = 0; i < n && i < 2; i++)
		text[i] = value_text(value_at(list, i))[3];
	text[n] = '\0';
	return text;
}

/* As many addresses as families, in their order, and those that were asked for; a headless Service has none. */
static void
check_addresses(const struct value *spec, const char *shown)
{
	const struct value *ips = value_get(spec, "clusterIPs");
	struct ip ip;

	assert_string_equal(value_get_text(spec, "clusterIP"), value_text(value_at(ips, 0)));
	if (!strcmp(value_get_text(spec, "clusterIP"), "None"))
		return;
	assert_int_equal(value_count(ips), strlen(shown));
	for (size_t i = 0; i < value_count(ips); i++) {
		assert_true(ip_parse(value_text(value_at(ips, i)), &ip));
		assert_int_equal(ip.family, shown[i] == '4' ? IP_V4 : IP_V6);
	}
}

static char *
body_of(const struct gamut *g, size_t policy, size_t family)
{
	char first[40] = "";

	if (*g->ips)
		snprintf(first, sizeof first, "%.*s", (int)strcspn(g->ips + 1, ",]"), g->ips + 1);
	return xasprintf("{metadata: {name: foo}, spec: {ports: [{port: 80}]%s%s%s%s%s%s%s%s%s}}",
		g->bare ? "" : ", selector: {a: b}", *first ? ", clusterIP: " : "", first,
		*g->ips ? ", clusterIPs: " : "", g->ips, *policies[policy] ? ", ipFamilyPolicy: " : "",
		policies[policy], *families[family] ? ", ipFamilies: " : "", families[family]);
}

static void
create_one(struct fixture *fixture, const struct gamut *g, size_t policy, size_t family, const char *want)
{
	char *body = body_of(g, policy, family), shown[4];
	const char *message = fixture_create(fixture, "Service", body);
	const struct value *spec;

	if (!strcmp(want, "-")) {
		assert_int_equal(fixture->status.reason, STATUS_INVALID);
		free(body);
		return;
	}
	if (*message)
		fail_msg("%s: %s", body, message);
	spec = value_get(fixture_get(fixture, "Service", "foo")->root, "spec");
	if (strcmp(families_of(value_get(spec, "ipFamilies"), shown), want))
		fail_msg("%s: want %s, got %s", body, want, shown);
	assert_string_equal(value_get_text(spec, "ipFamilyPolicy"),
		*policies[policy] ? policies[policy] : policies[g->bare ? 3 : 1]);
	check_addresses(spec, want);
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "foo", NULL), "");
	free(body);
}

static void
creations_follow_policy_families_and_addresses(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof gamuts / sizeof *gamuts; i++) {
		use_subnets(fixture, gamuts[i].cluster[0], gamuts[i].cluster[1]);
		for (size_t policy = 0; policy < POLICIES; policy++) {
			const char *at = gamuts[i].results[policy];

			for (size_t family = 0; family < FAMILIES; family++) {
				char want[4];
				int read = 0;

				assert_int_equal(sscanf(at, "%3s%n", want, &read), 1);
				at += read;
				create_one(fixture, &gamuts[i], policy, family, want);
				assert_int_equal(fixture->server.ips[0].held_count, 0);
				assert_int_equal(fixture->server.ips[1].held_count, 0);
			}
		}
	}
}

/*
 * A Service of a dual-stack cluster (10.0.0.0/16, 2000::/108), and a PUT of another.  text "" is: taken; then these
 * are its families and addresses ("*" is any).
 */
static const struct update {
	const char *before, *after, *text, *families, *ips[2];
} updates[] = {
	/* up */
	{ "clusterIP: 10.0.0.1", "ipFamilyPolicy: RequireDualStack", "", "46", { "10.0.0.1", "*" } },
	{ "clusterIP: 10.0.0.1", "ipFamilyPolicy: PreferDualStack", "", "46", { "10.0.0.1", "*" } },
	{ "clusterIP: '2000::1'", "ipFamilyPolicy: PreferDualStack", "", "64", { "2000::1", "*" } },
	{ "clusterIP: 10.0.0.1", "ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6]", "", "46",
		{ "10.0.0.1", "*" } },
	{ "clusterIP: 10.0.0.1",
		"ipFamilyPolicy: RequireDualStack, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, '2000::9']", "", "46",
		{ "10.0.0.1", "2000::9" } },
	{ "clusterIP: 10.0.0.1", "ipFamilies: [IPv4, IPv6]",
		"spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or "
		"'PreferDualStack' when multiple IP families are specified",
		NULL, { NULL } },
	{ "clusterIP: 10.0.0.1", "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, '2000::9']",
		"spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or "
		"'PreferDualStack' when multiple cluster IPs are specified",
		NULL, { NULL } },
	{ "clusterIP: 10.0.0.1", "ipFamilies: [IPv6]",
		"spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by "
		"`ipFamilies[0]`",
		NULL, { NULL } },
	{ "clusterIP: 10.0.0.1",
		"ipFamilyPolicy: RequireDualStack, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1']",
		"spec.clusterIPs: Invalid value: []string{\"10.0.0.1\", \"fd00::1\"}: failed to allocate IP fd00::1: "
		"the provided IP (fd00::1) is not in the valid range. The range of valid IPs is 2000::/108",
		NULL, { NULL } },
	/* down */
	{ BOTH, "", "", "46", { "10.0.0.1", "2000::1" } },
	{ BOTH, "ipFamilyPolicy: PreferDualStack", "", "46", { "10.0.0.1", "2000::1" } },
	{ BOTH, "ipFamilyPolicy: SingleStack", "", "4", { "10.0.0.1", NULL } },
	{ BOTH, "ipFamilyPolicy: SingleStack, ipFamilies: [IPv4, IPv6]", "", "4", { "10.0.0.1", NULL } },
	{ BOTH, "ipFamilyPolicy: SingleStack, ipFamilies: [IPv4], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]", "", "4",
		{ "10.0.0.1", NULL } },
	{ BOTH, "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]",
		"spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the "
		"secondary cluster IP",
		NULL, { NULL } },
	{ BOTH, "ipFamilies: [IPv4]",
		"spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the "
		"secondary IP family",
		NULL, { NULL } },
	{ BOTH, "ipFamilies: [IPv4], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]",
		"[spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the "
		"secondary cluster IP, spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be "
		"'SingleStack' to release the secondary IP family]",
		NULL, { NULL } },
	{ BOTH, "ipFamilyPolicy: SingleStack, ipFamilies: [IPv6, IPv4]",
		"[spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by "
		"`ipFamilies[0]`, spec.clusterIPs[1]: Invalid value: \"2000::1\": expected an IPv4 value as "
		"indicated by `ipFamilies[1]`]",
		NULL, { NULL } },
	/* the first stays */
	{ BOTH, "ipFamilyPolicy: SingleStack, clusterIP: '2000::1'",
		"[spec.clusterIPs[0]: Invalid value: []string{\"2000::1\"}: may not change once set, "
		"spec.ipFamilies[0]: Invalid value: []string{\"2000::1\"}: may not change once set]",
		NULL, { NULL } },
	{ "clusterIP: 10.0.0.1", "clusterIP: 10.0.0.5",
		"spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.5\"}: may not change once set", NULL, { NULL } },
	{ "clusterIP: 10.0.0.1", "clusterIP: None",
		"spec.clusterIPs[0]: Invalid value: []string{\"None\"}: may not change once set", NULL, { NULL } },
	{ "clusterIP: None", "clusterIP: 10.0.0.5",
		"spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.5\"}: may not change once set", NULL, { NULL } },
	{ "clusterIP: 10.0.0.1", "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]",
		"spec.clusterIPs: Invalid value: []string{\"10.0.0.2\"}: first value must match `clusterIP`", NULL,
		{ NULL } },
	/* headless: families come and go as they are asked for */
	{ "clusterIP: None", "clusterIP: None, ipFamilyPolicy: PreferDualStack", "", "46", { "None", NULL } },
	{ "clusterIP: None, ipFamilyPolicy: PreferDualStack", "clusterIP: None, ipFamilyPolicy: SingleStack", "", "4",
		{ "None", NULL } },
	{ "clusterIP: None", "clusterIP: None, ipFamilies: [IPv6]", "", "6", { "None", NULL } },
	/* to and from ExternalName */
	{ BOTH, "type: ExternalName, externalName: example.com", "", "", { NULL } },
	{ "clusterIP: None", "type: ExternalName, externalName: example.com", "", "", { NULL } },
	{ BOTH, "type: ExternalName, externalName: example.com, clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9]",
		"spec.clusterIPs: Forbidden: may not be set for ExternalName services", NULL, { NULL } },
	{ "type: ExternalName, externalName: example.com", "ipFamilyPolicy: PreferDualStack", "", "46", { "*", "*" } },
	{ "type: ExternalName, externalName: example.com", "clusterIP: 10.0.0.7", "", "4", { "10.0.0.7", NULL } },
	{ "type: ExternalName, externalName: example.com", "clusterIP: None", "", "4", { "None", NULL } },
};

static void
check_updated(struct fixture *fixture, const struct update *u)
{
	const struct value *spec = value_get(fixture_get(fixture, "Service", "foo")->root, "spec"),
			   *ips = value_get(spec, "clusterIPs");
	char shown[4];

	if (strcmp(families_of(value_get(spec, "ipFamilies"), shown), u->families))
		fail_msg("%s -> %s: want %s, got %s", u->before, u->after, u->families, shown);
	assert_int_equal(value_count(ips), u->ips[0] ? u->ips[1] ? 2 : 1 : 0);
	for (size_t i = 0; i < value_count(ips); i++) {
		if (strcmp(u->ips[i], "*") != 0)
			assert_string_equal(value_text(value_at(ips, i)), u->ips[i]);
	}
	if (!u->ips[0])
		assert_null(value_get(spec, "clusterIP"));
}

static void
updates_move_between_one_family_and_two(void **state)
{
	static const char form[] = "{metadata: {name: foo}, spec: {ports: [{port: 80}], selector: {a: b}, %s}}";
	struct fixture *fixture = *state;
	uint64_t held[2];

	use_subnets(fixture, "10.0.0.0/16", "2000::/108");
	for (size_t i = 0; i < sizeof updates / sizeof *updates; i++) {
		const struct update *u = &updates[i];
		char *before = xasprintf(form, u->before), *after = xasprintf(form, u->after);
		const char *got;

		assert_string_equal(fixture_create(fixture, "Service", before), "");
		got = fixture_complaints(fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", "foo", after));
		if (strcmp(got, u->text))
			fail_msg("%s -> %s:\n want %s\n got  %s", u->before, u->after, u->text, got);
		if (!*u->text)
			check_updated(fixture, u);
		for (size_t k = 0; k < 2; k++)
			held[k] = fixture->server.ips[k].held_count;
		server_recount(&fixture->server);
		for (size_t k = 0; k < 2; k++)
			assert_int_equal(held[k], fixture->server.ips[k].held_count);
		assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "foo", NULL), "");
		free(after);
		free(before);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(creations_follow_policy_families_and_addresses),
		TEST(updates_move_between_one_family_and_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Partial syncs: whatever changes among Services and EndpointSlices, a node's rules are afterwards what a full sync writes,
 * to the byte, and its engine takes packets where one compiled from nothing takes them.  The changes are drawn from seeds.
 */
#include "../proxy/fixture.h"

#include "base/rng.h"
#include "net/world.h"

#define SEEDS 12
#define STEPS 60
#define SERVICES 14
#define SLICES 16
#define PACKETS 24

#define NODES \
	"apiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}\n" \
	"spec: {podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24, 'fd01::/64']}\n" \
	"status: {addresses: [{type: InternalIP, address: 172.30.1.2}, {type: InternalIP, address: 'fd00::2'}]}\n---\n" \
	"apiVersion: v1\nkind: Node\nmetadata: {name: n2}\nspec: {podCIDR: 10.2.0.0/24, podCIDRs: [10.2.0.0/24]}\n" \
	"status: {addresses: [{type: InternalIP, address: 172.30.1.3}]}\n"

struct draw {
	struct fixture fixture;
	struct rng rng;
	struct world world;
	unsigned partial, full;		/* how the rules were brought up to date */
};

static unsigned
below(struct draw *d, unsigned n)
{
	return (unsigned)rng_below(&d->rng, n);
}

static bool
sometimes(struct draw *d, unsigned percent)
{
	return below(d, 100) < percent;
}

static const char *
namespace_of(unsigned i)
{
	return i % 2 ? "a" : "b";
}

static void
remove_or_load(struct draw *d, const char *kind, const char *namespace, const char *name, struct str *yaml)
{
	store_delete(d->fixture.store, kind_by_kind(kind), namespace, name);
	if (yaml->len > 0)
		fixture_load(&d->fixture, "drawn", yaml->buf);
	str_release(yaml);
}

static void
service_ports(struct draw *d, struct str *yaml, unsigned i, bool opens)
{
	static const char *const protocols[] = { "TCP", "TCP", "UDP", "SCTP" };
	unsigned n = 1 + below(d, 3);

	str_add(yaml, "  ports:\n");
	for (unsigned p = 0; p < n; p++) {
		str_addf(yaml, "  - {name: p%u, port: %u, protocol: %s", p, 80 + below(d, 2), protocols[below(d, 4)]);
		if (opens)
			str_addf(yaml, ", nodePort: %u", 30000 + 3 * i + p);
		str_add(yaml, "}\n");
	}
}

static void
service_outside(struct draw *d, struct str *yaml, unsigned i, unsigned type)
{
	if (type && sometimes(d, 50))
		str_add(yaml, "  externalTrafficPolicy: Local\n");
	if (sometimes(d, 30))
		str_addf(yaml, "  externalIPs: [198.51.100.%u]\n", i);
	if (type == 2 && sometimes(d, 50))
		str_add(yaml, "  loadBalancerSourceRanges: [172.30.0.0/16]\n");
	if (type == 2 && sometimes(d, 50))
		str_addf(yaml, "  healthCheckNodePort: %u\n", 32000 + i);
	if (type == 2)
		str_addf(yaml, "status: {loadBalancer: {ingress: [{ip: 203.0.113.%u}]}}\n", i);
}

static void
change_service(struct draw *d)
{
	static const char *const types[] = { "ClusterIP", "NodePort", "LoadBalancer" };
	unsigned i = below(d, SERVICES), type = below(d, 3);
	struct str yaml = STR_INIT;
	char name[16];

	snprintf(name, sizeof name, "s%u", i);
	if (!sometimes(d, 25)) {
		str_addf(&yaml, "apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s}\nspec:\n  type: %s\n", name,
			namespace_of(i), types[type]);
		str_addf(&yaml, "  clusterIPs: [%s10.96.0.%u%s]\n", sometimes(d, 10) ? "None] #" : "", i + 1,
			sometimes(d, 40) ? ", 'fd96::1'" : "");
		if (sometimes(d, 25))
			str_add(&yaml, "  internalTrafficPolicy: Local\n");
		if (sometimes(d, 25))
			str_add(&yaml, "  sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 100}}\n");
		service_ports(d, &yaml, i, type > 0);
		service_outside(d, &yaml, i, type);
	}
	remove_or_load(d, "Service", namespace_of(i), name, &yaml);
}

static void
endpoint(struct draw *d, struct str *yaml, unsigned slice, unsigned i, bool v6)
{
	str_addf(yaml, "- addresses: [\"%s%u%s%u\"]\n  nodeName: n%u\n", v6 ? "fd01::" : "10.1.", slice, v6 ? ":" : ".", i % 250,
		1 + below(d, 2));
	str_addf(yaml, "  conditions: {ready: %s, serving: %s, terminating: %s}\n", sometimes(d, 70) ? "true" : "false",
		sometimes(d, 80) ? "true" : "false", sometimes(d, 20) ? "true" : "false");
	if (sometimes(d, 30))
		str_addf(yaml, "  hints: {forZones: [{name: z%u}]}\n", 1 + below(d, 2));
}

/* Some are large enough, two together, that comments are left out. */
static void
change_slice(struct draw *d)
{
	unsigned i = below(d, SLICES), count = sometimes(d, 3) ? 600 : below(d, 5);
	bool v6 = i % 4 == 0;
	struct str yaml = STR_INIT;
	char name[16];

	snprintf(name, sizeof name, "e%u", i);
	if (!sometimes(d, 15)) {
		str_addf(&yaml, "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: %s\n  namespace: %s\n"
			"  labels: {kubernetes.io/service-name: s%u}\naddressType: %s\nports:\n", name, namespace_of(i),
			(below(d, SERVICES / 2) * 2 + i % 2), v6 ? "IPv6" : "IPv4");
		for (unsigned p = 0; p < 3; p++)
			str_addf(&yaml, "- {name: p%u, port: %u, protocol: %s}\n", p, 8080 + p, p == 2 ? "UDP" : "TCP");
		str_add(&yaml, count ? "endpoints:\n" : "endpoints: []\n");
		for (unsigned e = 0; e < count; e++)
			endpoint(d, &yaml, i, e, v6);
	}
	remove_or_load(d, "EndpointSlice", namespace_of(i), name, &yaml);
}

/* ---- what a full sync gives ---- */

static void
make_full(struct draw *d, const char *node, enum ip_family family, struct ruleset *rules)
{
	struct err err = ERR_INIT;

	ruleset_init(rules, family);
	iptables_node(&(struct proxy_input){ d->fixture.store, &d->fixture.settings, node, family, NULL }, rules, NULL);
	if (ruleset_link(rules, node, &err))
		fixture_fail(&err);
}

static void
assert_same_text(const struct ruleset *rules, const struct ruleset *full)
{
	static void (*const writers[])(const struct ruleset *, struct str *) = { ruleset_write_save, ruleset_write_restore };

	for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
		struct str ours = STR_INIT, theirs = STR_INIT;

		writers[i](rules, &ours);
		writers[i](full, &theirs);
		assert_string_equal(ours.buf, theirs.buf);
		str_release(&ours);
		str_release(&theirs);
	}
}

/* Says yes every third time. */
struct thirds {
	struct chooser chooser;
	unsigned asked;
};

static bool
take(struct chooser *chooser, double probability)
{
	struct thirds *thirds = (struct thirds *)chooser;

	(void)probability;
	return ++thirds->asked % 3 == 0;
}

static void
note(void *arg, const struct engine_event *event)
{
	rule_write_save(event->rule, arg);
	str_add(arg, "\n");
}

static void
walk(const struct engine *engine, const char *table, enum hook hook, const struct packet *packet, struct str *log)
{
	static const struct ip local[] = { { .family = IP_V4, .b = { 172, 30, 1, 2 } } };
	struct thirds thirds = { { take }, 0 };
	struct engine_call call = { .hook = hook, .table = table, .in = "eth0", .out = "cni0", .local = local, .nlocal = 1,
		.chooser = &thirds.chooser, .event = note, .arg = log };
	struct packet copy = *packet;
	struct engine_result result;

	engine_walk(engine, &call, &copy, &result);
	str_addf(log, "%d %u\n", (int)result.verdict, result.port);
}

static struct packet
draw_packet(struct draw *d, enum ip_family family)
{
	static const char *const networks[] = { "10.96.0", "198.51.100", "203.0.113" };
	struct packet packet = { .protocol = (enum protocol)below(d, 3), .sport = 40000, .ctstate = CT_NEW };
	unsigned i = below(d, 4);
	char text[IP_TEXT];

	snprintf(text, sizeof text, "172.30.1.2");
	if (i < 3)
		snprintf(text, sizeof text, "%s.%u", networks[i], below(d, SERVICES) + (i == 0));
	packet.dport = (uint16_t)(i == 3 || sometimes(d, 20) ? 30000 + below(d, 3 * SERVICES) : 80 + below(d, 2));
	if (!ip_parse(family == IP_V6 ? "fd96::1" : text, &packet.dst) ||
			!ip_parse(family == IP_V6 ? "fd00::77" : "172.30.9.9", &packet.src))
		fail();
	return packet;
}

static void
assert_same_walks(struct draw *d, const struct engine *engine, const struct ruleset *full)
{
	static const struct {
		const char *table;
		enum hook hook;
	} asked[] = { { "nat", HOOK_PREROUTING }, { "filter", HOOK_FORWARD }, { "filter", HOOK_INPUT } };
	struct engine *fresh = engine_new(full);

	for (unsigned i = 0; i < PACKETS; i++) {
		struct packet packet = draw_packet(d, full->family);

		for (size_t a = 0; a < sizeof asked / sizeof asked[0]; a++) {
			struct str ours = STR_INIT, theirs = STR_INIT;

			walk(engine, asked[a].table, asked[a].hook, &packet, &ours);
			walk(fresh, asked[a].table, asked[a].hook, &packet, &theirs);
			assert_string_equal(ours.buf, theirs.buf);
			str_release(&ours);
			str_release(&theirs);
		}
	}
	engine_free(fresh);
}

static void
compare(struct draw *d)
{
	for (size_t n = 0; n < d->world.nnodes; n++) {
		struct world_node *node = &d->world.nodes[n];

		for (int family = IP_V4; family <= IP_V6; family++) {
			bool kept = node->rules[family - 1];
			struct engine *engine = world_engine(&d->world, node, (enum ip_family)family);
			struct ruleset full;

			*(kept ? &d->partial : &d->full) += 1;
			make_full(d, node->name, (enum ip_family)family, &full);
			assert_same_text(world_rules(&d->world, node, (enum ip_family)family), &full);
			assert_same_walks(d, engine, &full);
			ruleset_release(&full);
		}
	}
}

static void
draw_init(struct draw *d, uint64_t seed, const char *more)
{
	*d = (struct draw){ .partial = 0 };
	fixture_init(&d->fixture);
	fixture_load(&d->fixture, "nodes", NODES);
	fixture_load(&d->fixture, "more", more);
	rng_init(&d->rng, seed);
	world_init(&d->world, d->fixture.store, &d->fixture.settings);
}

static void
draw_release(struct draw *d)
{
	world_release(&d->world);
	fixture_release(&d->fixture);
}

static void
run_seed(uint64_t seed, const char *more, struct draw *d)
{
	draw_init(d, seed, more);
	for (unsigned step = 0; step < STEPS; step++) {
		for (unsigned i = 0, n = 1 + below(d, 3); i < n; i++)
			(sometimes(d, 50) ? change_service : change_slice)(d);
		world_sync(&d->world);
		compare(d);
	}
	draw_release(d);
}

static void
a_partial_sync_ends_where_a_full_one_does(void **state)
{
	unsigned partial = 0, full = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct draw d;

		run_seed(seed, "", &d);
		partial += d.partial;
		full += d.full;
	}
	assert_true(partial > 2 * full);
}

/* Somebody's rule in the middle of KUBE-SERVICES: places can't be counted any more. */
static void
own_rules_among_kube_proxys_call_for_full_syncs(void **state)
{
	struct draw d;

	(void)state;
	draw_init(&d, 7, "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: n1}\n"
		"spec:\n  appendedRules: |\n    *nat\n    -I KUBE-SERVICES 2 -j ACCEPT\n    COMMIT\n");
	for (unsigned step = 0; step < STEPS; step++) {
		const struct table *nat;

		change_service(&d);
		world_sync(&d.world);
		nat = ruleset_find_table(world_rules(&d.world, world_node(&d.world, "n1"), IP_V4), "nat");
		assert_int_equal(table_find_chain(nat, "KUBE-SERVICES")->rules.v[1]->target.kind, TARGET_ACCEPT);
	}
	draw_release(&d);
}

/* A slice that changes hands leaves the Service that it was of. */
static void
a_slice_can_change_hands(void **state)
{
	static const char service[] = "apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: a}\n"
		"spec: {clusterIPs: [10.96.0.%d], ports: [{name: p0, port: 80, protocol: TCP}]}\n";
	static const char slice[] = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
		"metadata: {name: e, namespace: a, labels: {kubernetes.io/service-name: %s}}\naddressType: IPv4\n"
		"ports: [{name: p0, port: 8080, protocol: TCP}]\nendpoints: [{addresses: [10.1.0.9], conditions: {ready: true}}]\n";
	static const char *const names[] = { "x", "w", "x" };
	struct draw d;
	char text[512];

	(void)state;
	draw_init(&d, 1, "");
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof text, service, names[i], i + 1);
		fixture_load(&d.fixture, "service", text);
	}
	world_sync(&d.world);
	compare(&d);
	for (size_t i = 0; i < 3; i++) {
		struct object *object;

		snprintf(text, sizeof text, slice, names[i]);
		if (i == 0)
			fixture_load(&d.fixture, "slice", text);
		else {
			object = object_copy(store_get(d.fixture.store, kind_by_kind("EndpointSlice"), "a", "e"));
			value_set_text(&object->arena, value_path(object->root, "metadata.labels"), "kubernetes.io/service-name",
				names[i]);
			object_seal(object);
			store_put(d.fixture.store, object);
		}
		world_sync(&d.world);
		compare(&d);
	}
	assert_int_equal(d.full, 4);
	draw_release(&d);
}

static void
put_many_endpoints(struct draw *d, const char *service, unsigned count)
{
	struct str yaml = STR_INIT;

	str_addf(&yaml, "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: %s, namespace: a, labels: "
		"{kubernetes.io/service-name: %s}}\naddressType: IPv4\nports: [{name: p0, port: 8080, protocol: TCP}]\nendpoints:\n", service, service);
	for (unsigned i = 0; i < count; i++)
		str_addf(&yaml, "- {addresses: [10.1.%u.%u], conditions: {ready: true}}\n", i / 250, i % 250);
	remove_or_load(d, "EndpointSlice", "a", service, &yaml);
	world_sync(&d->world);
	compare(d);
}

/* Above 1,000 endpoints comments are left out, of all Services' rules. */
static void
comments_go_and_come_with_the_number_of_endpoints(void **state)
{
	static const char service[] = "apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: a}\n"
		"spec: {clusterIPs: [10.96.0.1], ports: [{name: p0, port: 80, protocol: TCP}]}\n---\n"
		"apiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: a}\n"
		"spec: {clusterIPs: [10.96.0.2], ports: [{name: p0, port: 80, protocol: TCP}]}\n";
	static const unsigned counts[] = { 600, 400, 401, 1, 500, 300 };
	struct draw d;

	(void)state;
	draw_init(&d, 1, service);
	put_many_endpoints(&d, "x", 600);
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		put_many_endpoints(&d, "w", counts[i]);
	assert_true(d.full > 4);
	draw_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_partial_sync_ends_where_a_full_one_does),
		cmocka_unit_test(own_rules_among_kube_proxys_call_for_full_syncs),
		cmocka_unit_test(a_slice_can_change_hands),
		cmocka_unit_test(comments_go_and_come_with_the_number_of_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

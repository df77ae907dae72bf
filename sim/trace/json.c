/* The JSON that other programs read; its fields are promised: new ones may come, none goes. */
#include "trace/trace.h"

#include "base/json_out.h"
#include "proxy/nft.h"

static void
put_ip(struct json_out *out, const char *key, const struct ip *ip)
{
	char text[IP_TEXT];

	json_out_key(out, key);
	if (ip->family == IP_NONE)
		json_out_null(out);
	else
		json_out_string(out, ip_format(ip, text));
}

static void
put_text(struct json_out *out, const char *key, const char *text)
{
	json_out_key(out, key);
	json_out_string(out, text);
}

static void
put_packet(struct json_out *out, const struct packet *packet)
{
	struct str mark = STR_INIT;

	str_addf(&mark, "0x%x", packet->mark);
	json_out_key(out, "packet");
	json_out_open(out, '{');
	put_ip(out, "src", &packet->src);
	json_out_key(out, "sport");
	json_out_int(out, packet->sport);
	put_ip(out, "dst", &packet->dst);
	json_out_key(out, "dport");
	json_out_int(out, packet->dport);
	put_text(out, "mark", mark.buf);
	json_out_close(out, '}');
	str_release(&mark);
}

static void
put_hop(struct json_out *out, const struct hop *hop)
{
	struct str rule = STR_INIT, element = STR_INIT;

	json_out_open(out, '{');
	put_text(out, "kind", hop_kind_name(hop->kind));
	put_text(out, "direction", hop->reply ? "reply" : "request");
	put_text(out, "node", hop->node);
	put_text(out, "hook", hop->in_hook ? hook_name(hop->hook) : "");
	put_text(out, "table", hop->table);
	put_text(out, "chain", hop->chain);
	if (hop->rule && hop->rule->nft)
		nft_write_rule(hop->rule, NFT_LIST, NULL, &rule);
	else if (hop->rule)
		rule_write_save(hop->rule, &rule);
	put_text(out, "rule", rule.buf);
	if (hop->element) {
		nft_write_element(hop->element, &element);
		put_text(out, "element", element.buf);
	}
	put_text(out, "text", hop->text);
	put_packet(out, &hop->packet);
	json_out_close(out, '}');
	str_release(&element);
	str_release(&rule);
}

static void
put_endpoint(struct json_out *out, const struct walk *path)
{
	struct str pod = STR_INIT;

	json_out_key(out, "endpoint");
	if (path->endpoint.family == IP_NONE) {
		json_out_null(out);
		return;
	}
	if (path->pod)
		str_addf(&pod, "%s/%s", path->pod->object->namespace, path->pod->object->name);
	json_out_open(out, '{');
	put_ip(out, "ip", &path->endpoint);
	json_out_key(out, "port");
	json_out_int(out, path->endpoint_port);
	put_text(out, "pod", path->pod ? pod.buf : NULL);
	put_text(out, "node", path->node);
	json_out_close(out, '}');
	str_release(&pod);
}

static void
put_cause(struct json_out *out, const struct cause *cause)
{
	json_out_key(out, "cause");
	if (!cause->text) {
		json_out_null(out);
		return;
	}
	json_out_open(out, '{');
	put_text(out, "kind", cause->kind);
	put_text(out, "namespace", cause->namespace);
	put_text(out, "name", cause->name);
	put_text(out, "field", cause->field);
	put_text(out, "text", cause->text);
	json_out_close(out, '}');
}

static void
put_path(struct json_out *out, const struct walk *path)
{
	json_out_open(out, '{');
	json_out_key(out, "probability");
	json_out_double(out, path->probability);
	put_text(out, "verdict", verdict_name(path->verdict));
	put_endpoint(out, path);
	put_ip(out, "sourceSeen", &path->source_seen);
	json_out_key(out, "masqueraded");
	json_out_bool(out, path->masqueraded);
	put_cause(out, &path->cause);
	json_out_key(out, "hops");
	json_out_open(out, '[');
	for (size_t i = 0; i < path->hops.n; i++)
		put_hop(out, &path->hops.v[i]);
	json_out_close(out, ']');
	json_out_close(out, '}');
}

static void
put_from(struct json_out *out, const struct trace *trace)
{
	const struct walk_source *from = &trace->walk.from;
	struct ip ip = trace->npaths && trace->paths[0].hops.n ? trace->paths[0].hops.v[0].packet.src : from->ip;

	json_out_key(out, "from");
	json_out_open(out, '{');
	put_text(out, "kind", from->pod ? "Pod" : from->node ? "Node" : "external");
	if (from->pod) {
		put_text(out, "namespace", from->pod->object->namespace);
		put_text(out, "name", from->pod->object->name);
		put_text(out, "node", from->pod->node);
	} else if (from->node)
		put_text(out, "name", from->node->name);
	put_ip(out, "ip", &ip);
	json_out_close(out, '}');
}

static void
put_dns(struct json_out *out, const struct trace *trace)
{
	if (!trace->dns_name)
		return;
	json_out_key(out, "dns");
	json_out_open(out, '{');
	put_text(out, "name", trace->dns_name);
	json_out_key(out, "asked");
	json_out_open(out, '[');
	for (size_t i = 0; i < trace->ndns_tried; i++)
		json_out_string(out, trace->dns_tried[i]);
	json_out_close(out, ']');
	put_ip(out, "answer", &trace->walk.to);
	json_out_close(out, '}');
}

static void
put_tables(struct json_out *out, const struct trace *trace)
{
	if (!trace->tables_given)
		return;
	json_out_key(out, "tables");
	json_out_open(out, '{');
	put_text(out, "verdict", trace->tables.verdict);
	json_out_key(out, "dnat");
	json_out_open(out, '[');
	for (size_t i = 0; i < trace->tables.ndnat; i++)
		json_out_string(out, trace->tables.dnat[i]);
	json_out_close(out, ']');
	json_out_key(out, "masquerade");
	json_out_bool(out, trace->tables.masquerade);
	json_out_close(out, '}');
}

void
trace_print_json(const struct trace *trace, struct str *text)
{
	struct json_out out;

	json_out_init(&out, text, 2);
	json_out_open(&out, '{');
	put_from(&out, trace);
	put_text(&out, "to", trace->to);
	put_text(&out, "protocol", protocol_name(trace->walk.protocol));
	put_dns(&out, trace);
	put_text(&out, "verdict", verdict_name(trace->verdict));
	put_cause(&out, &trace->cause);
	json_out_key(&out, "paths");
	json_out_open(&out, '[');
	for (size_t i = 0; i < trace->npaths; i++)
		put_path(&out, &trace->paths[i]);
	json_out_close(&out, ']');
	put_tables(&out, trace);
	json_out_close(&out, '}');
	str_addch(text, '\n');
}

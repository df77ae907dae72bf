/*
 * What the API server says of a Service that it takes all the same.  Addresses are read a second time, by Go's
 * stricter parser, whose complaints are told as they are; what it takes should also be in canonical form.  Follows
 * pkg/api/service/warnings.go, serviceStatusStrategy of pkg/registry/core/service/strategy.go, and Go's net/netip.
 */
#include "server/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"
#include "base/json_out.h"

static void
quote(struct str *out, const char *text)
{
	json_quote(out, text, strlen(text), false);
}

static bool
complain(struct str *out, const char *text, const char *complaint, const char *at)
{
	str_add(out, "ParseAddr(");
	quote(out, text);
	str_addf(out, "): %s", complaint);
	if (at) {
		str_add(out, " (at ");
		quote(out, at);
		str_add(out, ")");
	}
	return true;
}

/* Why text is no IPv4 address to netip.ParseAddr; false when it is one. */
static bool
complain_v4(struct str *out, const char *text)
{
	unsigned value = 0, digits = 0, dots = 0;

	for (const char *c = text; *c; c++) {
		if (ascii_isdigit((unsigned char)*c)) {
			if (digits && !value)
				return complain(out, text, "IPv4 field has octet with leading zero", NULL);
			value = value * 10 + (unsigned)(*c - '0');
			digits++;
			if (value > 255)
				return complain(out, text, "IPv4 field has value >255", NULL);
		} else if (*c != '.') {
			return complain(out, text, "unexpected character", c);
		} else if (!digits || !c[1]) {
			return complain(out, text, "IPv4 field must have at least one digit", c);
		} else if (dots == 3) {
			return complain(out, text, "IPv4 address too long", NULL);
		} else {
			dots++;
			value = digits = 0;
		}
	}
	return dots < 3 && complain(out, text, "IPv4 address too short", NULL);
}

/* An IPv6 address that can be read is never complained of. */
static bool
complain_address(struct str *out, const char *text)
{
	size_t len = strcspn(text, ".:%");

	if (text[len] == '.')
		return complain_v4(out, text);
	return text[len] != ':' && complain(out, text, "unable to parse IP", NULL);
}

static bool
complain_prefix(struct str *out, const char *text)
{
	const char *slash = strrchr(text, '/'), *bits = slash ? slash + 1 : "";
	char *address = xstrndup(text, slash ? (size_t)(slash - text) : strlen(text));
	struct str why = STR_INIT;

	if (!slash) {
		str_add(&why, "no '/'");
	} else if (!complain_address(&why, address) &&
		(bits[strspn(bits, "0123456789")] || !*bits || (*bits == '0' && bits[1]))) {
		str_add(&why, "bad bits after slash: ");
		quote(&why, bits);
	}
	free(address);
	if (why.len) {
		str_add(out, "netip.ParsePrefix(");
		quote(out, text);
		str_addf(out, "): %s", why.buf);
	}
	str_release(&why);
	return out->len > 0;
}

/* Of an address or, when prefix is set, a CIDR. */
static void
warn(struct status *status, const char *path, const char *text, bool prefix)
{
	const char *noun = prefix ? "prefix" : "address", *found = NULL;
	struct str complaint = STR_INIT;
	char canonical[IP_TEXT];
	struct cidr cidr;

	if (prefix ? complain_prefix(&complaint, text) : complain_address(&complaint, text))
		status_warn(status, "%s: IP %s was accepted, but will be invalid in a future Kubernetes release: %s",
			path, noun, complaint.buf);
	else if (prefix && cidr_parse(text, &cidr) && cidr.ip.family == IP_V6)
		found = cidr_format(&cidr, canonical);
	else if (!prefix && ip_parse(text, &cidr.ip) && cidr.ip.family == IP_V6)
		found = ip_format(&cidr.ip, canonical);
	if (found && strcmp(found, text))
		status_warn(status,
			"%s: IPv6 %s \"%s\" is not in RFC 5952 canonical format (\"%s\"), which may cause controller "
			"apply-loops",
			path, noun, text, canonical);
	str_release(&complaint);
}

static void
warn_list(struct status *status, const struct value *spec, const char *field, bool prefix)
{
	const struct value *list = value_get(spec, field);

	for (size_t i = 0; i < value_count(list); i++) {
		const char *text = value_text(value_at(list, i));
		char *path = xasprintf("spec.%s[%zu]", field, i);

		if (text && strcmp(text, "None"))
			warn(status, path, text, prefix);
		free(path);
	}
}

void
service_warn(const struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");
	const struct value *annotations = value_get(value_get(change->new, "metadata"), "annotations");

	if (value_get(annotations, SERVICE_TOPOLOGY_HINTS))
		status_warn(change->status, "annotation %s is deprecated, please use %s instead", SERVICE_TOPOLOGY_HINTS,
			SERVICE_TOPOLOGY_MODE);
	warn_list(change->status, spec, "clusterIPs", false);
	warn_list(change->status, spec, "externalIPs", false);
	if (*service_text(spec, "loadBalancerIP"))
		warn(change->status, "spec.loadBalancerIP", service_text(spec, "loadBalancerIP"), false);
	warn_list(change->status, spec, "loadBalancerSourceRanges", true);
	if (service_is(spec, "ExternalName") && value_count(value_get(spec, "externalIPs")))
		status_warn(change->status, "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
	if (*service_text(spec, "externalName") && !service_is(spec, "ExternalName"))
		status_warn(change->status, "spec.externalName is ignored when spec.type is not \"ExternalName\"");
}

void
service_warn_status(const struct change *change)
{
	const struct value *ingress = value_path(change->new, "status.loadBalancer.ingress");

	for (size_t i = 0; i < value_count(ingress); i++) {
		const char *text = service_text(value_at(ingress, i), "ip");
		char *path = xasprintf("status.loadBalancer.ingress[%zu]", i);

		if (*text)
			warn(change->status, path, text, false);
		free(path);
	}
}

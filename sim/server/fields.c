/*
 * Checks of single fields that several kinds share: vocabularies, ports, addresses.  Follows
 * k8s.io/apimachinery/pkg/util/validation and pkg/apis/core/validation/validation.go.
 */
#include "server/strategy.h"

#include <stdlib.h>
#include <string.h>

#include "base/ip.h"

const char *const port_protocols[] = { "SCTP", "TCP", "UDP", NULL };
const char ip_complaint[] = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const char cidr_complaint[] = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
static const char port_complaint[] = "must be between 1 and 65535, inclusive";

void
status_add_invalid(struct status *status, const char *path, const struct value *value, const char *detail)
{
	char *text = status_value_text(value);

	status_invalid_value(status, path, text, detail);
	free(text);
}

void
validate_given_word(struct status *status, const char *path, const struct value *word, const char *const *words)
{
	const char *text = value_text(word);
	char *shown;

	if (!word)
		return;
	for (size_t i = 0; text && words[i]; i++) {
		if (!strcmp(words[i], text))
			return;
	}
	shown = status_value_text(word);
	status_unsupported(status, path, shown, words);
	free(shown);
}

void
validate_word(
	struct status *status, const char *path, const struct value *word, const char *const *words, bool required)
{
	const char *text = value_text(word);

	if (text && *text)
		validate_given_word(status, path, word, words);
	else if (required)
		status_required(status, path, NULL);
}

void
validate_port_number(struct status *status, const char *path, const struct value *map, const char *field)
{
	char *at = xasprintf("%s.%s", path, field);
	const struct value *value = value_get(map, field);

	if (!value || value->type != VALUE_INT)
		status_invalid_value(status, at, "0", port_complaint);
	else if (value->integer < 1 || value->integer > 65535)
		status_add_invalid(status, at, value, port_complaint);
	free(at);
}

void
validate_port_number_or_name(struct status *status, const char *path, const struct value *map, const char *field)
{
	const char *name = value_get_text(map, field);
	char *at;

	if (!name) {
		validate_port_number(status, path, map, field);
		return;
	}
	at = xasprintf("%s.%s", path, field);
	status_check(status, check_port_name, at, name);
	free(at);
}

bool
validate_ip(struct status *status, const char *path, const struct value *ip)
{
	struct ip parsed;

	if (value_text(ip) && ip_parse_lenient(value_text(ip), &parsed))
		return true;
	status_add_invalid(status, path, ip, ip_complaint);
	return false;
}

void
validate_ordinary_ip(struct status *status, const char *path, const struct value *ip)
{
	struct ip parsed;
	char *detail;

	if (!value_text(ip) || !ip_parse_lenient(value_text(ip), &parsed)) {
		status_add_invalid(status, path, ip, "must be a valid IP address");
		return;
	}
	if (ip_is_unspecified(&parsed)) {
		detail = xasprintf("may not be unspecified (%s)", value_text(ip));
		status_add_invalid(status, path, ip, detail);
		free(detail);
	}
	if (ip_is_loopback(&parsed))
		status_add_invalid(status, path, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
	if (ip_is_link_local(&parsed))
		status_add_invalid(status, path, ip,
			ip_is_multicast(&parsed)
				? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
				: "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
}

void
validate_balancer_name(struct status *status, const char *path, const struct value *name)
{
	const char *text = value_text(name);
	struct ip parsed;

	if (!text || !*text)
		return;
	status_check(status, check_dns1123_subdomain, path, text);
	if (ip_parse_lenient(text, &parsed))
		status_add_invalid(status, path, name, "must be a DNS name, not an IP address");
}

bool
validate_cidr(struct status *status, const char *path, const struct value *cidr)
{
	struct cidr parsed;

	if (value_text(cidr) && cidr_parse_lenient(value_text(cidr), &parsed))
		return true;
	status_add_invalid(status, path, cidr, cidr_complaint);
	return false;
}

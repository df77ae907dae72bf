/* curl and wget, as curl 7.88 and GNU wget 1.21 (in busybox and alpine pods busybox 1.36) print. */
#include <stdio.h>
#include <string.h>

#include "host/commands.h"
#include "host/http.h"
#include "host/options.h"
#include "host/programs.h"

#define CURL_AGENT "curl/7.88.1"
#define CONNECT_SECONDS 131.072		/* Linux' six repetitions of a SYN */
#define RESOLVE_SECONDS 20		/* the C library's two tries at 5 s, for A and AAAA */

struct url {
	bool tls;
	char *host;
	uint16_t port;
	bool bad_port;
	const char *path;
};

/* "[scheme://]host[:port][/path]"; NULL or what curl calls a scheme that it doesn't know, owned. */
static char *
url_read(const char *text, struct url *url)
{
	const char *scheme = strstr(text, "://");
	const char *rest = scheme ? scheme + 3 : text;
	size_t len = strcspn(rest, "/?#"), host_len;
	const char *bracket = rest[0] == '[' ? memchr(rest, ']', len) : NULL;
	const char *colon = memchr(bracket ? bracket : rest, ':', len - (size_t)(bracket ? bracket - rest : 0));
	unsigned long port = 0;

	*url = (struct url){ .path = rest[len] ? rest + len : "/" };
	if (scheme && strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
		return xstrndup(text, (size_t)(scheme - text));
	url->tls = scheme && text[4] == 's';
	host_len = colon ? (size_t)(colon - rest) : len;
	url->host = bracket ? xstrndup(rest + 1, (size_t)(bracket - rest - 1)) : xstrndup(rest, host_len);
	url->port = url->tls ? 443 : 80;
	if (colon) {
		for (const char *c = colon + 1; c < rest + len; c++) {
			url->bad_port |= !ascii_isdigit(*c);
			port = port > 65535 ? port : port * 10 + (unsigned long)(*c - '0');
		}
		url->bad_port |= port > 65535;
		url->port = colon + 1 < rest + len ? (uint16_t)port : url->port;
	}
	return NULL;
}

/* ---- curl ---- */

struct curl {
	struct client client;
	struct io *io;
	struct url url;
	bool silent, show_error, include, head, fail, insecure, verbose;
	double max_seconds, connect_seconds;	/* 0: none given */
	enum ip_family family;
	const char *output, *format;
	const char *host, *agent, *method;
	VEC(const char *) resolve;
	const char *word;	/* the URL as it was given */
	struct ip ip;		/* that it was connected to */
	struct http_response response;
	int status;		/* of HTTP; 0 */
	int code;		/* curl's own */
	int64_t elapsed;
};

static int
curl_fail(struct curl *curl, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

static int
curl_fail(struct curl *curl, int code, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	if (!curl->silent || curl->show_error)
		sink_printf(curl->io->err, "curl: (%d) %s\n", code, text.buf);
	str_release(&text);
	return code;
}

/* The time that a wait may take: the shorter of what was asked for and what the system allows. */
static double
wait_limit(const struct curl *curl, double system)
{
	double limit = system;

	if (curl->max_seconds > 0 && curl->max_seconds < limit)
		limit = curl->max_seconds;
	if (curl->connect_seconds > 0 && curl->connect_seconds < limit)
		limit = curl->connect_seconds;
	return limit;
}

static int
curl_unresolved(struct curl *curl, enum client_answer answer)
{
	double limit = wait_limit(curl, RESOLVE_SECONDS);

	if (answer == CLIENT_DNS_SILENT) {
		client_wait(&curl->client, limit);
		if (limit < RESOLVE_SECONDS)
			return curl_fail(curl, 28, "Resolving timed out after %.0f milliseconds", limit * 1000 + 1);
	}
	return curl_fail(curl, 6, "Could not resolve host: %s", curl->url.host);
}

/* errno's words for a connection that was not made. */
static const char *
unconnected(const struct walk *walk)
{
	return walk->verdict == VERDICT_DROPPED ? "Connection timed out"
		: walk->verdict == VERDICT_UNREACHABLE ? "No route to host" : "Connection refused";
}

static int
curl_unconnected(struct curl *curl, const struct walk *walk, const struct ip *ip)
{
	double limit = wait_limit(curl, CONNECT_SECONDS);
	struct ip literal;
	int milliseconds = ip_parse(curl->url.host, &literal) ? 0 : 1;

	if (curl->verbose)
		sink_printf(curl->io->err,
			"* connect to %s port %u failed: %s\n", ip_format(ip, (char[IP_TEXT]){ 0 }), curl->url.port,
			unconnected(walk));
	if (walk->verdict == VERDICT_DROPPED) {
		client_wait(&curl->client, limit);
		if (limit < CONNECT_SECONDS)
			return curl_fail(curl, 28, "Connection timed out after %.0f milliseconds", limit * 1000 + 1);
		return curl_fail(curl, 28, "Failed to connect to %s port %u after %.0f ms: Couldn't connect to server",
			curl->url.host, curl->url.port, limit * 1000);
	}
	return curl_fail(curl, 7, "Failed to connect to %s port %u after %d ms: Couldn't connect to server",
		curl->url.host, curl->url.port, milliseconds);
}

static int
curl_refuse_answer(struct curl *curl, enum http_result result)
{
	switch (result) {
	case HTTP_UNTRUSTED:
		return curl_fail(curl, 60, "SSL certificate problem: unable to get local issuer certificate\n"
			"More details here: https://curl.se/docs/sslcerts.html\n\n"
			"curl failed to verify the legitimacy of the server and therefore could not\n"
			"establish a secure connection to it. To learn more about this situation and\n"
			"how to fix it, please visit the web page mentioned above.");
	case HTTP_NO_TLS:
		return curl_fail(curl, 35, "OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number");
	case HTTP_FOREIGN:
		return curl_fail(curl, 1, "Received HTTP/0.9 when not allowed");
	default:
		return curl_fail(curl, 52, "Empty reply from server");
	}
}

/* -v: what is sent and what comes back, each line marked. */
static void
print_dialogue(struct curl *curl, const struct http_request *request)
{
	struct str head = STR_INIT;
	const char *line = head.buf;

	sink_printf(curl->io->err, "> %s %s HTTP/1.1\n> Host: %s\n> User-Agent: %s\n> Accept: */*\n> \n", request->method,
		request->path, request->host, request->agent);
	http_head(&curl->response, &head);
	for (line = head.buf; *line;) {
		size_t len = strcspn(line, "\r");

		sink_printf(curl->io->err, "< %.*s\n", (int)len, line);
		line += len + 2;
	}
	str_release(&head);
}

static int
curl_output(struct curl *curl, const struct str *text)
{
	enum io_result result;

	if (!curl->output || strcmp(curl->output, "-") == 0) {
		sink_write(curl->io->out, text->buf, text->len);
		return 0;
	}
	result = curl->io->files->write(curl->io, curl->output, text->buf, text->len, false);
	if (result == IO_OK)
		return 0;
	if (!curl->silent || curl->show_error)
		sink_printf(curl->io->err, "Warning: Failed to open the file %s: %s\n", curl->output,
			io_result_text(result));
	return curl_fail(curl, 23, "Failed writing body (0 != %zu)", text->len);
}

/* The Host header, where nobody gave another. */
static char *
host_header(const struct url *url)
{
	bool plain = url->port == (url->tls ? 443 : 80);

	return plain ? xstrdup(url->host) : xasprintf("%s:%u", url->host, url->port);
}

static int
curl_answered(struct curl *curl, const struct walk *walk)
{
	char *host = curl->host ? xstrdup(curl->host) : host_header(&curl->url);
	const struct http_request request = { curl->url.tls, curl->insecure, curl->url.path, curl->url.port, host,
		curl->agent, curl->head ? "HEAD" : curl->method };
	enum http_result result = http_get(&curl->client, &request, walk, &curl->response);
	struct str text = STR_INIT;
	int status;

	if (result == HTTP_OK) {
		curl->status = curl->response.status;
		if (curl->verbose)
			print_dialogue(curl, &request);
	}
	if (result != HTTP_OK) {
		status = curl_refuse_answer(curl, result);
	} else if (curl->fail && curl->status >= 400) {
		status = curl_fail(curl, 22, "The requested URL returned error: %d", curl->status);
	} else {
		if (curl->include || curl->head)
			http_head(&curl->response, &text);
		if (!curl->head)
			str_addn(&text, curl->response.body.buf, curl->response.body.len);
		status = curl_output(curl, &text);
		if (curl->verbose)
			sink_printf(curl->io->err, "* Connection #0 to host %s left intact\n", curl->url.host);
	}
	free(host);
	str_release(&text);
	return status;
}

/* --resolve HOST:PORT:ADDRESS */
static bool
resolved_by_hand(const struct curl *curl, struct ip *ip)
{
	char *start = xasprintf("%s:%u:", curl->url.host, curl->url.port);
	bool found = false;

	for (size_t i = 0; i < curl->resolve.n && !found; i++)
		found = str_starts(curl->resolve.v[i], start) && ip_parse(curl->resolve.v[i] + strlen(start), ip);
	free(start);
	return found;
}

static int
curl_one(struct curl *curl)
{
	enum client_answer answer;
	struct walk walk;
	struct ip ip;
	char text[IP_TEXT];
	int status;

	if (curl->url.bad_port || !curl->url.host[0])
		return curl_fail(curl, 3, "URL using bad/illegal format or missing URL");
	if (!resolved_by_hand(curl, &ip)) {
		answer = client_resolve(&curl->client, curl->url.host, curl->family, &ip);
		if (answer != CLIENT_FOUND)
			return curl_unresolved(curl, answer);
	}
	curl->ip = ip;
	if (curl->verbose)
		sink_printf(curl->io->err, "*   Trying %s:%u...\n", ip_format(&ip, text), curl->url.port);
	client_connect(&curl->client, &ip, curl->url.port, PROTOCOL_TCP, &walk);
	if (walk.verdict == VERDICT_ANSWERED) {
		if (curl->verbose)
			sink_printf(curl->io->err, "* Connected to %s (%s) port %u (#0)\n", curl->url.host,
				ip_format(&ip, text), curl->url.port);
		status = curl_answered(curl, &walk);
	} else {
		status = curl_unconnected(curl, &walk, &ip);
	}
	walk_release(&walk);
	return status;
}

static void
add_status(const struct curl *curl, struct str *out)
{
	str_addf(out, "%03d", curl->status);
}

static void
add_size(const struct curl *curl, struct str *out)
{
	str_addf(out, "%zu", curl->head ? 0 : curl->response.body.len);
}

static void
add_address(const struct curl *curl, struct str *out)
{
	char text[IP_TEXT];

	if (curl->ip.family != IP_NONE)
		str_add(out, ip_format(&curl->ip, text));
}

static void
add_port(const struct curl *curl, struct str *out)
{
	str_addf(out, "%u", curl->status ? curl->url.port : 0);
}

static void
add_url(const struct curl *curl, struct str *out)
{
	str_addf(out, "%s%s", strstr(curl->word, "://") ? "" : "http://", curl->word);
	if (curl->url.path[0] == '/' && !curl->url.path[1] && !str_ends(curl->word, "/"))
		str_addch(out, '/');
}

static void
add_type(const struct curl *curl, struct str *out)
{
	if (curl->status)
		str_add(out, curl->response.type);
}

static void
add_time(const struct curl *curl, struct str *out)
{
	str_addf(out, "%.6f", (double)curl->elapsed / (double)CLOCK_SECOND + 0.001);
}

static void
add_exit(const struct curl *curl, struct str *out)
{
	str_addf(out, "%d", curl->code);
}

static const struct {
	const char *name;
	void (*add)(const struct curl *curl, struct str *out);
} write_out_names[] = {
	{ "http_code", add_status }, { "response_code", add_status }, { "size_download", add_size },
	{ "remote_ip", add_address }, { "remote_port", add_port }, { "url_effective", add_url }, { "url", add_url },
	{ "content_type", add_type }, { "time_total", add_time }, { "time_connect", add_time },
	{ "time_starttransfer", add_time }, { "time_namelookup", add_time }, { "exitcode", add_exit },
};

/* -w: %{name} and escapes; other names give nothing. */
static void
curl_write_out(const struct curl *curl)
{
	struct str text = STR_INIT;

	for (const char *c = curl->format; *c; c++) {
		if (c[0] == '\\' && (c[1] == 'n' || c[1] == 't' || c[1] == 'r')) {
			str_addch(&text, *++c == 'n' ? '\n' : *c == 't' ? '\t' : '\r');
		} else if (c[0] == '%' && c[1] == '%') {
			str_addch(&text, *++c);
		} else if (c[0] == '%' && c[1] == '{' && strchr(c, '}')) {
			size_t len = strcspn(c + 2, "}");

			for (size_t i = 0; i < sizeof write_out_names / sizeof write_out_names[0]; i++)
				if (strlen(write_out_names[i].name) == len &&
				strncmp(c + 2, write_out_names[i].name, len) == 0)
					write_out_names[i].add(curl, &text);
			c += len + 2;
		} else {
			str_addch(&text, *c);
		}
	}
	sink_write(curl->io->out, text.buf, text.len);
	str_release(&text);
}

static void
curl_complain(struct io *io, const char *word, bool unknown)
{
	sink_printf(io->err, "curl: option %s: %s\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
		word, unknown ? "is unknown" : "requires parameter");
}

static const char *const curl_longs[] = { "silent=s", "show-error=S", "include=i", "fail=f", "insecure=k",
	"verbose=v", "max-time=m", "connect-timeout=C", "output=o", "write-out=w", "header=H", "request=X", "data=d",
	"location=L", "user=u", "user-agent=A", "ipv4=4", "ipv6=6", "retry=r", "http1.1=1", "no-buffer=N",
	"compressed=z", "noproxy=n", "cacert=E", "resolve=R",
	"head=I", "get=G", "max-redirs=M", "retry-delay=D", "retry-connrefused=Q", "no-progress-meter=P", NULL };

static bool
seconds_read(struct io *io, const char *name, const char *text, double *seconds)
{
	double value = 0, unit = 1;
	bool point = false, digits = false;

	for (const char *c = text; *c; c++) {
		if (*c == '.' && !point) {
			point = true;
			continue;
		}
		if (!ascii_isdigit(*c) || value > 1e9) {
			digits = false;
			break;
		}
		digits = true;
		unit = point ? unit / 10 : unit;
		value = point ? value + unit * (*c - '0') : value * 10 + (*c - '0');
	}
	if (!digits)
		sink_printf(io->err, "curl: option %s: expected a proper numerical parameter\n"
			"curl: try 'curl --help' or 'curl --manual' for more information\n", name);
	*seconds = value;
	return digits;
}

static bool
curl_option(struct curl *curl, const struct options *options)
{
	switch (options->letter) {
	case 's':
		curl->silent = true;
		break;
	case 'S':
		curl->show_error = true;
		break;
	case 'i':
		curl->include = true;
		break;
	case 'I':
		curl->head = true;
		break;
	case 'f':
		curl->fail = true;
		break;
	case 'k':
		curl->insecure = true;
		break;
	case 'v':
		curl->verbose = true;
		break;
	case 'o':
		curl->output = options->value;
		break;
	case 'w':
		curl->format = options->value;
		break;
	case 'm':
		return seconds_read(curl->io, "-m", options->value, &curl->max_seconds);
	case 'C':
		return seconds_read(curl->io, "--connect-timeout", options->value, &curl->connect_seconds);
	case 'H':
		if (strlen(options->value) > 5 && (options->value[0] | 32) == 'h' &&
			str_starts(options->value + 1, "ost:"))
			curl->host = options->value + 5 + strspn(options->value + 5, " ");
		break;
	case 'A':
		curl->agent = options->value;
		break;
	case 'X':
		curl->method = options->value;
		break;
	case 'd':
		curl->method = "POST";
		break;
	case 'R':
		*vec_push(&curl->resolve) = options->value;
		break;
	case '4':
	case '6':
		curl->family = options->letter == '4' ? IP_V4 : IP_V6;
		break;
	}
	return true;	/* the others change nothing here */
}

static int
curl_urls(struct curl *curl, const struct options *options)
{
	int status = 0;

	for (size_t i = 0; i < options->words.n; i++) {
		char *scheme = url_read(options->words.v[i], &curl->url);
		int64_t start = curl->client.cluster->server.clock.now;

		curl->status = 0;
		curl->ip.family = IP_NONE;
		curl->word = options->words.v[i];
		if (scheme)
			status = curl_fail(curl, 1, "Protocol \"%s\" not supported or disabled in libcurl", scheme);
		else
			status = curl_one(curl);
		curl->code = status;
		curl->elapsed = curl->client.cluster->server.clock.now - start;
		if (curl->format)
			curl_write_out(curl);
		http_release(&curl->response);
		free(curl->url.host);
		free(scheme);
	}
	return status;
}

static int
curl_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct curl curl = { .io = io, .agent = CURL_AGENT, .method = "GET",
		.response = { .headers = STR_INIT, .body = STR_INIT } };
	struct options options;
	int status = 2;

	options_init(&options, io, argc, argv, "sSiIfkvm:C:o:w:H:X:d:Lu:A:46r:1Nzn:E:R:GM:D:QP", curl_longs);
	options.complain = curl_complain;
	while (options_next(&options))
		options.failed = !curl_option(&curl, &options);
	if (!options.failed && !options.words.n)
		sink_printf(io->err, "%scurl: try 'curl --help' or 'curl --manual' for more information\n",
			argc > 1 ? "curl: no URL specified!\n" : "");
	else if (!options.failed)
		status = client_init(&curl.client, shell, io) ? curl_urls(&curl, &options) : 1;
	client_release(&curl.client);
	vec_release(&curl.resolve);
	options_release(&options);
	return status;
}

const struct command command_curl = { .name = "curl", .usage = "[-s] [-m SECONDS] [-k] URL..",
	.help = "Asks a web server, from where the shell is", .asks = true, .run = curl_main };

/* ---- wget ---- */

struct wget {
	struct client client;
	struct io *io;
	struct url url;
	bool busybox, quiet, spider, insecure, headers;
	double seconds;
	const char *output;
};

/* busybox says all in one line and ends with 1; GNU wget is silent under -q. */
static int
wget_fail(struct wget *wget, int gnu_status, const char *busybox_text, const char *gnu_text)
{
	if (wget->busybox)
		sink_printf(wget->io->err, "wget: %s\n", busybox_text);
	else if (!wget->quiet)
		sink_printf(wget->io->err, "%s\n", gnu_text);
	return wget->busybox ? 1 : gnu_status;
}

static int
wget_unconnected(struct wget *wget, const struct walk *walk, const struct ip *ip)
{
	char where[IP_TEXT + 8], busybox[160], gnu[200];
	bool silent = walk->verdict == VERDICT_DROPPED;

	ip_port_format(ip, wget->url.port, where);
	if (silent)
		client_wait(&wget->client, wget->seconds > 0 ? wget->seconds : CONNECT_SECONDS);
	if (silent && wget->seconds > 0)
		snprintf(busybox, sizeof busybox, "download timed out");
	else
		snprintf(busybox, sizeof busybox, "can't connect to remote host (%s): %s",
			ip_format(ip, (char[IP_TEXT]){ 0 }), unconnected(walk));
	snprintf(gnu, sizeof gnu, "failed: %s.", unconnected(walk));
	return wget_fail(wget, 4, busybox, gnu);
}

/* busybox' way of saying that it is done. */
static void
busybox_progress(const struct wget *wget, const char *name, size_t len)
{
	bool to_stdout = strcmp(name, "-") == 0;
	struct sink *err = wget->io->err;

	if (to_stdout)
		sink_put(err, "writing to stdout\n");
	else
		sink_printf(err, "saving to '%s'\n", name);
	sink_printf(err, "%-20.20s 100%% |********************************| %5zu  0:00:00 ETA\n", name, len);
	sink_printf(err, to_stdout ? "written to stdout\n" : "'%s' saved\n", name);
}

/* -S: each line of the head behind two blanks; busybox' has the empty one, too. */
static void
print_head(const struct wget *wget, const struct http_response *response)
{
	struct str head = STR_INIT;

	http_head(response, &head);
	for (const char *line = head.buf; *line; line += strcspn(line, "\n") + 1)
		if (wget->busybox && str_starts(line, "Connection: keep-alive"))
			sink_put(wget->io->err, "  Connection: close\n");	/* as it asked for */
		else if (*line != '\r' || wget->busybox)
			sink_printf(wget->io->err, "  %.*s\n", (int)strcspn(line, "\r\n"), line);
	str_release(&head);
}

static void
gnu_answer(const struct wget *wget, const struct http_response *response)
{
	sink_put(wget->io->err, "HTTP request sent, awaiting response... ");
	if (wget->headers) {
		sink_put(wget->io->err, "\n");
		print_head(wget, response);
	} else {
		sink_printf(wget->io->err, "%d %s\n", response->status, response->reason);
	}
	sink_printf(wget->io->err, "Length: %zu [%.*s]\n", response->body.len, (int)strcspn(response->type, ";"), response->type);
}

static void
gnu_progress(const struct wget *wget, const char *name, const struct http_response *response)
{
	char now[CLOCK_TEXT];

	clock_format(wget->client.cluster->server.clock.now, now);
	gnu_answer(wget, response);
	sink_printf(wget->io->err, "Saving to: \u2018%s\u2019\n\n"
		"     0K                                                       100%% 58.6M=0s\n\n"
		"%.10s %.8s (58.6 MB/s) - \u2018%s\u2019 saved [%zu/%zu]\n\n", strcmp(name, "-") == 0 ? "STDOUT" : name, now, now + 11, strcmp(name, "-") == 0 ? "STDOUT" : name, response->body.len, response->body.len);
}

static void
spider_progress(const struct wget *wget, const struct http_response *response)
{
	if (wget->busybox) {
		sink_put(wget->io->err, "remote file exists\n");
		return;
	}
	gnu_answer(wget, response);
	sink_put(wget->io->err, str_starts(response->type, "text/html") ?
		"Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n" :
		"Remote file exists.\n\n");
}

static int
wget_save(struct wget *wget, const struct http_response *response)
{
	const char *slash = strrchr(wget->url.path, '/');
	const char *name = wget->output ? wget->output : slash && slash[1] ? slash + 1 : "index.html";
	enum io_result result = IO_OK;

	if (wget->spider) {
		if (!wget->quiet)
			spider_progress(wget, response);
		return 0;
	}
	if (strcmp(name, "-") == 0)
		sink_write(wget->io->out, response->body.buf, response->body.len);
	else
		result = wget->io->files->write(wget->io, name, response->body.buf, response->body.len, false);
	if (result != IO_OK) {
		sink_printf(wget->io->err, wget->busybox ? "wget: can't open '%s': %s\n" : "%s: %s\n", name,
			io_result_text(result));
		return wget->busybox ? 1 : 3;
	}
	if (!wget->quiet && wget->busybox)
		busybox_progress(wget, name, response->body.len);
	else if (!wget->quiet)
		gnu_progress(wget, name, response);
	return 0;
}

static int
wget_answered(struct wget *wget, const struct walk *walk)
{
	char *host = host_header(&wget->url);
	const struct http_request request = { wget->url.tls, wget->insecure, wget->url.path, wget->url.port, host, wget->busybox ? "Wget" : "Wget/1.21.3", wget->spider ? "HEAD" : "GET" };
	struct http_response response;
	enum http_result result = http_get(&wget->client, &request, walk, &response);
	char busybox[80], gnu[80];
	int status;

	if (result == HTTP_OK && wget->headers && wget->busybox)
		print_head(wget, &response);
	if (result != HTTP_OK) {
		status = wget_fail(wget, result == HTTP_EMPTY ? 4 : 5, result == HTTP_EMPTY ? "error getting response"
			: "TLS error from peer", "Unable to establish SSL connection.");
	} else if (response.status >= 400) {
		snprintf(busybox, sizeof busybox, "server returned error: HTTP/1.1 %d %s", response.status,
			response.reason);
		snprintf(gnu, sizeof gnu, "ERROR %d: %s.", response.status, response.reason);
		status = wget_fail(wget, 8, busybox, gnu);
	} else {
		status = wget_save(wget, &response);
	}
	http_release(&response);
	free(host);
	return status;
}

/* Before the connection is tried. */
static void
wget_announce(const struct wget *wget, const struct ip *ip)
{
	const char *host = wget->url.host;
	char text[IP_TEXT], now[CLOCK_TEXT], port[8] = "";
	struct ip literal;

	ip_format(ip, text);
	clock_format(wget->client.cluster->server.clock.now, now);
	if (wget->quiet)
		return;
	if (wget->busybox) {
		sink_printf(wget->io->err, "Connecting to %s (%s:%u)\n", host, text, wget->url.port);
		return;
	}
	if (wget->spider)
		sink_put(wget->io->err, "Spider mode enabled. Check if remote file exists.\n");
	if (wget->url.port != (wget->url.tls ? 443 : 80))
		snprintf(port, sizeof port, ":%u", wget->url.port);
	sink_printf(wget->io->err, "--%.10s %.8s--  %s://%s%s%s\n", now, now + 11, wget->url.tls ? "https" : "http", host, port,
		wget->url.path);
	if (ip_parse(host, &literal))
		sink_printf(wget->io->err, "Connecting to %s:%u... ", host, wget->url.port);
	else
		sink_printf(wget->io->err, "Resolving %s (%s)... %s\nConnecting to %s (%s)|%s|:%u... ", host, host, text, host,
			host, text, wget->url.port);
}

static int
wget_one(struct wget *wget)
{
	enum client_answer answer;
	struct str busybox = STR_INIT, gnu = STR_INIT;
	struct walk walk;
	struct ip ip;
	int status;

	answer = client_resolve(&wget->client, wget->url.host, IP_NONE, &ip);
	if (answer != CLIENT_FOUND) {
		if (answer == CLIENT_DNS_SILENT)
			client_wait(&wget->client, RESOLVE_SECONDS);
		str_addf(&busybox, "bad address '%s'", wget->url.host);
		str_addf(&gnu, "wget: unable to resolve host address '%s'", wget->url.host);
		status = wget_fail(wget, 4, busybox.buf, gnu.buf);
	} else {
		wget_announce(wget, &ip);
		client_connect(&wget->client, &ip, wget->url.port, PROTOCOL_TCP, &walk);
		if (walk.verdict == VERDICT_ANSWERED && !wget->busybox && !wget->quiet)
			sink_put(wget->io->err, "connected.\n");
		status = walk.verdict == VERDICT_ANSWERED ? wget_answered(wget, &walk)
							  : wget_unconnected(wget, &walk, &ip);
		walk_release(&walk);
	}
	str_release(&busybox);
	str_release(&gnu);
	return status;
}

static const char *const wget_longs[] = { "quiet=q", "output-document=O", "timeout=T", "tries=t", "spider=s",
	"no-check-certificate=k", "server-response=S", "header=H", "no-verbose=n", NULL };

static int
wget_main(struct shell *shell, struct io *io, int argc, const char *const *argv)
{
	struct wget wget = { .io = io };
	struct options options;
	int status = 1;

	options_init(&options, io, argc, argv, "qO:T:t:sSkH:nv", wget_longs);
	while (options_next(&options)) {
		wget.quiet |= options.letter == 'q';
		wget.spider |= options.letter == 's';
		wget.insecure |= options.letter == 'k';
		wget.headers |= options.letter == 'S';
		if (options.letter == 'O')
			wget.output = options.value;
		if (options.letter == 'T' && !seconds_read(io, "-T", options.value, &wget.seconds))
			options.failed = true;
	}
	if (!options.failed && !options.words.n)
		sink_put(io->err, "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n");
	for (size_t i = 0; !options.failed && i < options.words.n; i++) {
		char *scheme = url_read(options.words.v[i], &wget.url);

		if (scheme || wget.url.bad_port || !wget.url.host[0])
			sink_printf(io->err, "%s: Invalid URL\n", options.words.v[i]);
		else if (client_init(&wget.client, shell, io)) {
			wget.busybox = place_is_busybox(shell, "wget");
			status = wget_one(&wget);
		}
		client_release(&wget.client);
		free(wget.url.host);
		free(scheme);
	}
	options_release(&options);
	return status;
}

const struct command command_wget = { .name = "wget", .usage = "[-q] [-O FILE] [-T SECONDS] URL",
	.help = "Fetches a page, as busybox' wget where the pod is busybox", .asks = true, .run = wget_main };

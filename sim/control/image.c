/*
 * Images that learners use, and what their processes do.  Ports of an image that lets its configuration choose come from args
 * and environment, as its own documentation says; everything else listens on its containerPorts.
 */
#include "control/image.h"

#include <stdlib.h>
#include <string.h>

const struct image images[] = {
	{ "nginx", "80/tcp", true, "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n<style>\n"
		"html { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\n"
		"font-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>\n</head>\n<body>\n"
		"<h1>Welcome to nginx!</h1>\n<p>If you see this page, the nginx web server is successfully installed and\n"
		"working. Further configuration is required.</p>\n\n<p>For online documentation and support please refer to\n"
		"<a href=\"http://nginx.org/\">nginx.org</a>.<br/>\nCommercial support is available at\n"
		"<a href=\"http://nginx.com/\">nginx.com</a>.</p>\n\n<p><em>Thank you for using nginx.</em></p>\n</body>\n</html>\n", -1, NULL },
	{ "httpd", "80/tcp", true, "<html><body><h1>It works!</h1></body></html>\n", -1, NULL },
	{ "redis", "6379/tcp", true, NULL, -1, NULL },
	{ "postgres", "5432/tcp", true, NULL, -1, "POSTGRES_PASSWORD,POSTGRES_HOST_AUTH_METHOD,POSTGRES_PASSWORD_FILE" },
	{ "mysql", "3306/tcp,33060/tcp", true, NULL, -1, "MYSQL_ROOT_PASSWORD,MYSQL_ALLOW_EMPTY_PASSWORD,MYSQL_RANDOM_ROOT_PASSWORD,MYSQL_ROOT_PASSWORD_FILE" },
	{ "mariadb", "3306/tcp", true, NULL, -1, "MARIADB_ROOT_PASSWORD,MARIADB_ALLOW_EMPTY_ROOT_PASSWORD,MARIADB_RANDOM_ROOT_PASSWORD,MYSQL_ROOT_PASSWORD,"
		"MYSQL_ALLOW_EMPTY_PASSWORD,MYSQL_RANDOM_ROOT_PASSWORD" },
	{ "mongo", "27017/tcp", true, NULL, -1, NULL },
	{ "memcached", "11211/tcp", true, NULL, -1, NULL },
	{ "rabbitmq", "5672/tcp,15692/tcp,25672/tcp", true, NULL, -1, NULL },
	{ "whoami", "80/tcp", true, "Hostname: %h\nIP: 127.0.0.1\nIP: ::1\nIP: %i\nRemoteAddr: %c:51234\n", -1, NULL },
	{ "httpbin", "80/tcp", true, NULL, -1, NULL },
	{ "echoserver", "8080/tcp", true, "Hostname: %h\n", -1, NULL },
	{ "hello-app", "8080/tcp", true, "Hello, world!\nVersion: 1.0.0\nHostname: %h\n", -1, NULL },
	{ "http-echo", "5678/tcp", true, "hello-world\n", -1, NULL },
	{ "agnhost", "", false, "%h", -1, NULL },
	{ "serve_hostname", "9376/tcp", true, "%h", -1, NULL },
	{ "coredns", "53/tcp,53/udp,8080/tcp,8181/tcp,9153/tcp", true, "OK", -1, NULL },
	{ "kube-proxy", "10256/tcp", true, NULL, -1, NULL },
	{ "busybox", "", true, NULL, 0, NULL },
	{ "alpine", "", true, NULL, 0, NULL },
	{ "ubuntu", "", true, NULL, 0, NULL },
	{ "debian", "", true, NULL, 0, NULL },
	{ "curl", "", true, NULL, 2, NULL },
	{ "netshoot", "", true, NULL, 0, NULL },
	{ "pause", "", true, NULL, -1, NULL },
	{ NULL, NULL, false, NULL, 0, NULL },
};

const struct image *
image_of(const char *reference)
{
	const char *last = strrchr(reference, '/');
	const char *name = last ? last + 1 : reference;
	size_t len = strcspn(name, ":@");

	for (const struct image *image = images; image->name; image++)
		if (strlen(image->name) == len && strncmp(image->name, name, len) == 0)
			return image;
	return NULL;
}

int64_t
image_size(const char *reference)
{
	const struct image *image = image_of(reference);

	return image && strcmp(image->name, "nginx") == 0 ? 72099410 : 45000000;
}

/* The first part of the tags that official images have beside numbers. */
static const char *const tag_words[] = { "latest", "alpine", "stable", "mainline", "slim", "bookworm", "bullseye", "buster",
	"trixie", "jammy", "noble", "focal", "glibc", "musl", "uclibc", "unstable", "edge", "management", "perl", "otel", "lts" };

bool
image_exists(const char *reference)
{
	const char *last = strrchr(reference, '/');
	const char *tag = strchr(last ? last : reference, ':');
	size_t len;

	if (!image_of(reference) || !tag || strchr(reference, '@'))
		return true;
	tag += 1 + (tag[1] == 'v');
	if (ascii_isdigit(*tag))
		return true;
	len = strcspn(tag, "-");
	for (size_t i = 0; i < sizeof tag_words / sizeof tag_words[0]; i++)
		if (strlen(tag_words[i]) == len && strncmp(tag_words[i], tag, len) == 0)
			return true;
	return false;
}

/* ---- a container's words ---- */

static const char *
word_at(const struct value *container, const char *list, size_t i)
{
	const char *word = value_text(value_at(value_get(container, list), i));

	return word ? word : "";
}

/*
 * In a word, or in a line given to a shell, the place after "-flag" or "--flag"; NULL.  What stands there is "=value", " value", or
 * nothing when the value is the next word.
 */
static const char *
after_flag(const char *word, const char *flag)
{
	size_t len = strlen(flag);

	for (const char *c = word; *c; c++) {
		if (*c != '-' || (c > word && c[-1] != ' '))
			continue;
		while (*c == '-')
			c++;
		if (strncmp(c, flag, len) == 0 && (c[len] == '=' || c[len] == ' ' || !c[len]))
			return c + len;
		if (!*c)
			break;
	}
	return NULL;
}

/* The value of "-flag=value", "--flag=value" or "--flag value" among command and args; NULL. */
static const char *
flag_of(const struct value *container, const char *flag)
{
	static const char *const lists[] = { "command", "args" };

	for (size_t l = 0; l < 2; l++) {
		size_t n = value_count(value_get(container, lists[l]));

		for (size_t i = 0; i < n; i++) {
			const char *after = after_flag(word_at(container, lists[l], i), flag);

			if (after && *after)
				return after + 1;
			if (after && i + 1 < n)
				return word_at(container, lists[l], i + 1);
		}
	}
	return NULL;
}

static bool
has_word(const struct value *container, const char *wanted)
{
	static const char *const lists[] = { "command", "args" };

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < value_count(value_get(container, lists[l])); i++)
			if (strstr(word_at(container, lists[l], i), wanted))
				return true;
	return false;
}

static const char *
env_of(const struct value *container, const char *name)
{
	const struct value *env = value_get(container, "env");

	for (size_t i = 0; i < value_count(env); i++) {
		const char *key = value_get_text(value_at(env, i), "name");

		if (key && strcmp(key, name) == 0)
			return value_get_text(value_at(env, i), "value");
	}
	return NULL;
}

/* The number after the last colon of the first word: "-listen=:5678", "0.0.0.0:8080", "8080". */
static uint16_t
port_of(const char *text)
{
	const char *number = text;
	long port;

	for (const char *c = text; *c && *c != ' '; c++)
		if (*c == ':')
			number = c + 1;
	port = strtol(number, NULL, 10);
	return port > 0 && port < 65536 ? (uint16_t)port : 0;
}

/* Programs of many images: their port stands in their words.  The first row whose word or name is there decides. */
static const struct program {
	const char *word;	/* in command or args; NULL: only by name */
	const char *name;	/* the first of command or args; NULL: only by word */
	const char *flag;	/* that names the port; NULL: the word after `word` does */
	uint16_t standard;	/* 0: it listens only where it is told to */
	const char *udp_flag;	/* NULL: no UDP */
	uint16_t udp_standard;
} programs[] = {
	{ "netexec", NULL, "http-port", 8080, "udp-port", 8081 },
	{ "serve-hostname", NULL, "port", 9376, NULL, 0 },
	{ "test-webserver", NULL, "port", 80, NULL, 0 },
	{ "http.server", NULL, NULL, 8000, NULL, 0 },
	{ "SimpleHTTPServer", NULL, NULL, 8000, NULL, 0 },
	{ "http-echo", NULL, "listen", 5678, NULL, 0 },
	{ "httpd -", "httpd", "p", 80, NULL, 0 },
	{ "nc -lk -p", NULL, NULL, 0, NULL, 0 },
	{ "nc -l -p", NULL, NULL, 0, NULL, 0 },
	{ "nc -lkp", NULL, NULL, 0, NULL, 0 },
	{ "nc -lp", NULL, NULL, 0, NULL, 0 },
	{ "nc -l", NULL, NULL, 0, NULL, 0 },
	{ NULL, "nc", "p", 0, NULL, 0 },
};

/* The name of what is started, without its folder; "" when the image says that. */
static const char *
first_word(const struct value *container)
{
	const char *command = word_at(container, "command", 0);
	const char *first = *command ? command : word_at(container, "args", 0), *base = strrchr(first, '/');

	return base ? base + 1 : first;
}

static const struct program *
program_of(const struct value *container)
{
	const char *first = first_word(container);

	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
		if ((programs[i].word && has_word(container, programs[i].word)) ||
			(programs[i].name && strcmp(first, programs[i].name) == 0))
			return &programs[i];
	return NULL;
}

static uint16_t
word_after(const struct value *container, const char *wanted)
{
	static const char *const lists[] = { "command", "args" };

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < value_count(value_get(container, lists[l])); i++) {
			const char *found = strstr(word_at(container, lists[l], i), wanted);

			if (!found)
				continue;
			found += strlen(wanted);
			return port_of(*found == ' ' ? found + 1 : word_at(container, lists[l], i + 1));
		}
	return 0;
}

/* 0: it does not listen. */
static uint16_t
program_port(const struct value *container, const struct program *program, enum protocol protocol)
{
	const char *flag = protocol == PROTOCOL_TCP ? program->flag : program->udp_flag, *given = NULL;
	uint16_t port = 0;

	if (protocol != PROTOCOL_TCP && (protocol != PROTOCOL_UDP || !flag))
		return 0;
	if (flag && (given = flag_of(container, flag)))
		port = port_of(given);
	else if (!flag)
		port = word_after(container, program->word);
	return port ? port : protocol == PROTOCOL_TCP ? program->standard : program->udp_standard;
}

static bool
ports_hold(const char *ports, enum protocol protocol, uint16_t port)
{
	while (*ports) {
		char *end;
		long number = strtol(ports, &end, 10);
		size_t len = strcspn(end, ",");

		if (number == port && len && strncmp(end + 1, protocol_lower(protocol), len - 1) == 0)
			return true;
		ports = end + len + (end[len] == ',');
	}
	return false;
}

static bool
container_declares(const struct value *container, enum protocol protocol, uint16_t port)
{
	const struct value *ports = value_get(container, "ports");

	for (size_t i = 0; i < value_count(ports); i++) {
		const char *name = value_get_text(value_at(ports, i), "protocol");
		enum protocol declared = PROTOCOL_TCP;

		if (name)
			protocol_parse(name, &declared);
		if (value_get_int(value_at(ports, i), "containerPort", 0) == port && declared == protocol)
			return true;
	}
	return false;
}

/* A command of its own replaces what the image would run: `sleep 3600` in nginx listens nowhere. */
static bool
runs_something_else(const struct value *container)
{
	static const char *const idle[] = { "sleep", "tail", "pause" };
	const char *first = first_word(container);

	for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++)
		if (strcmp(first, idle[i]) == 0)
			return true;
	return (strcmp(first, "sh") == 0 || strcmp(first, "bash") == 0) && has_word(container, "sleep");
}

static bool
container_listens(const struct value *container, enum protocol protocol, uint16_t port)
{
	const char *reference = value_get_text(container, "image");
	const struct image *image = image_of(reference ? reference : "");
	const struct program *program = program_of(container);
	const char *env = env_of(container, "PORT"), *listen = flag_of(container, "listen");

	if (program)
		return port == program_port(container, program, protocol);
	if (listen && port_of(listen))
		return protocol == PROTOCOL_TCP && port == port_of(listen);
	if (runs_something_else(container))
		return false;
	if (image && image->fixed)
		return ports_hold(image->ports, protocol, port);
	if (env && port_of(env))
		return protocol == PROTOCOL_TCP && port == port_of(env);
	return container_declares(container, protocol, port) || (image && ports_hold(image->ports, protocol, port));
}

/* As its status says; a pod whose status was written by hand has perhaps no entry for it. */
static bool
container_is_up(const struct pod *pod, const struct value *statuses, const struct value *container)
{
	const char *name = value_get_text(container, "name");

	for (size_t i = 0; i < value_count(statuses); i++) {
		const char *have = value_get_text(value_at(statuses, i), "name");

		if (have && name && strcmp(have, name) == 0)
			return value_path(value_at(statuses, i), "state.running") != NULL;
	}
	return strcmp(pod->phase, "Running") == 0;
}

static const struct value *
listening_among(const struct pod *pod, const char *list, const char *statuses, enum protocol protocol, uint16_t port)
{
	const struct value *containers = value_get(value_get(pod->object->root, "spec"), list);
	const struct value *known = value_get(value_get(pod->object->root, "status"), statuses);

	for (size_t i = 0; i < value_count(containers); i++)
		if (container_listens(value_at(containers, i), protocol, port) && container_is_up(pod, known, value_at(containers, i)))
			return value_at(containers, i);
	return NULL;
}

/* Init containers listen, too, while they run. */
const struct value *
pod_listener(const struct pod *pod, enum protocol protocol, uint16_t port)
{
	const struct value *found;

	if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
		return NULL;
	found = listening_among(pod, "containers", "containerStatuses", protocol, port);
	return found ? found : listening_among(pod, "initContainers", "initContainerStatuses", protocol, port);
}

bool
pod_listens(const struct pod *pod, enum protocol protocol, uint16_t port)
{
	return pod_listener(pod, protocol, port) != NULL;
}

/* A web server that serves files has its start page and nothing else; the others answer any path. */
bool
pod_serves(const struct pod *pod, uint16_t port, const char *path)
{
	static const char *const file_servers[] = { "nginx", "httpd" };
	const struct value *container = pod_listener(pod, PROTOCOL_TCP, port);
	const char *reference = container ? value_get_text(container, "image") : NULL;
	const struct image *image = reference ? image_of(reference) : NULL;

	if (!container || (image && image->fixed && !image->body))
		return false;
	for (size_t i = 0; image && i < 2; i++)
		if (strcmp(image->name, file_servers[i]) == 0)
			return strcmp(path, "/") == 0 || strcmp(path, "/index.html") == 0 || !path[0];
	return true;
}

bool
pod_http(const struct pod *pod, uint16_t port, const char *path, const char *client, struct str *body)
{
	const struct value *container = pod_listener(pod, PROTOCOL_TCP, port);
	const char *reference = container ? value_get_text(container, "image") : NULL;
	const struct image *image = reference ? image_of(reference) : NULL;
	const char *said = container ? flag_of(container, "text") : NULL;
	const char *host = pod->hostname[0] ? pod->hostname : pod->object->name;
	char ip[IP_TEXT];

	if (said) {
		str_addf(body, "%s\n", said);
		return true;
	}
	if (!image || !image->body)
		return false;
	if (image_of("agnhost") == image && strcmp(path, "/clientip") == 0) {
		str_addf(body, "%s:51234", client);
		return true;
	}
	for (const char *c = image->body; *c; c++)
		if (c[0] == '%' && c[1]) {
			str_add(body, *++c == 'h' ? host : *c == 'c' ? client : ip_format(&pod->ip, ip));
		} else {
			str_addch(body, *c);
		}
	return true;
}

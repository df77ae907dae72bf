#include "control/serve.h"

#include <stdlib.h>
#include <string.h>

#include "control/image.h"
#include "control/mount.h"
#include "control/argv.h"
#include "svcsim/str.h"

#define LISTEN_ANNOTATION "svcsim/listen"

/* One container, asked for one port. */
struct asking {
	const struct store *store;
	const struct pod *pod;
	const struct value *container;
	struct argv words;
	enum protocol protocol;
	uint16_t port;
};

static bool
is_asked(const struct asking *asking, enum protocol protocol, long port)
{
	return asking->protocol == protocol && port == (long)asking->port;
}

/* ---- programs: what a container starts by its words, whatever its image ---- */

struct program {
	const char *name;	/* one of the words */
	const char *beside;	/* another that must stand in the command, too; NULL */
	const char *flag;	/* that names the port; NULL */
	const char *udp_flag;	/* NULL: no UDP */
	uint16_t standard;	/* 0: it listens only where it is told to */
	uint16_t udp_standard;
	bool bare;		/* a number among the words is the port */
};

static const struct program programs[] = {
	/* agnhost's (test/images/agnhost) */
	{ "netexec", NULL, "http-port", "udp-port", 8080, 8081, false },
	{ "serve-hostname", NULL, "port", NULL, 9376, 0, false },
	{ "test-webserver", NULL, "port", NULL, 80, 0, false },
	{ "liveness", NULL, NULL, NULL, 8080, 0, false },
	{ "guestbook", NULL, "http-port", NULL, 80, 0, false },
	{ "nettest", NULL, "port", NULL, 8080, 0, false },
	{ "no-snat-test", NULL, "port", NULL, 8080, 0, false },
	{ "resource-consumer", NULL, "port", NULL, 8080, 0, false },
	{ "grpc-health-checking", NULL, "port", NULL, 5000, 0, false },
	{ "porter", NULL, NULL, NULL, 0, 0, false },
	/* servers of languages */
	{ "http.server", "-m", NULL, NULL, 8000, 0, true },
	{ "SimpleHTTPServer", "-m", NULL, NULL, 8000, 0, true },
	{ "http-server", NULL, "p", NULL, 8080, 0, false },
	{ "php", "-S", "S", NULL, 0, 0, false },
	{ "flask", "run", "port", NULL, 5000, 0, false },
	{ "uvicorn", NULL, "port", NULL, 8000, 0, false },
	{ "gunicorn", NULL, "b", NULL, 8000, 0, false },
	/* tools */
	{ "http-echo", NULL, "listen", NULL, 5678, 0, false },
	{ "httpd", NULL, "p", NULL, 80, 0, false },
	{ "iperf3", "-s", "p", NULL, 5201, 0, false },
	{ "iperf", "-s", "p", NULL, 5001, 0, false },
	{ NULL, NULL, NULL, NULL, 0, 0, false },
};

static bool
is_number(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!ascii_isdigit((unsigned char)*c))
			return false;
	return *text != '\0';
}

static uint16_t
bare_port(const struct argv *words, size_t from)
{
	for (size_t i = from; i < argv_end(words, from); i++)
		if (is_number(words->list.v[i]))
			return argv_port(words->list.v[i]);
	return 0;
}

/* The Apache of image httpd is no busybox. */
static bool
is_of_the_image(const struct program *program, const struct image *image)
{
	return image && strcmp(program->name, "httpd") == 0 && strcmp(image->name, "httpd") == 0;
}

static const struct program *
program_of(const struct argv *words, const struct image *image, size_t *at)
{
	for (const struct program *program = programs; program->name; program++) {
		*at = argv_find(words, program->name);
		if (*at < words->list.n && (!program->beside || argv_have(words, program->beside)) &&
			!is_of_the_image(program, image))
			return program;
	}
	return NULL;
}

/* 0: on none; "-1" says so of netexec's UDP. */
static uint16_t
program_port(const struct argv *words, const struct program *program, size_t at, enum protocol protocol)
{
	bool udp = protocol == PROTOCOL_UDP;
	const char *flag = udp ? program->udp_flag : program->flag, *given = flag ? argv_flag(words, at, flag) : NULL;
	uint16_t port = given ? argv_port(given) : program->bare && !udp ? bare_port(words, at + 1) : 0;

	if (port || (given && given[0] == '-'))
		return port;
	return udp ? program->udp_standard : program->standard;
}

static bool
program_listens(const struct asking *asking, const struct program *program, size_t at)
{
	enum protocol protocol = asking->protocol == PROTOCOL_UDP ? PROTOCOL_UDP : PROTOCOL_TCP;
	uint16_t port = program_port(&asking->words, program, at, protocol);

	return port && is_asked(asking, protocol, port);
}

/* agnhost porter: a server for each SERVE_PORT_80, SERVE_TLS_PORT_443, SERVE_SCTP_PORT_9999 in its environment. */
static bool
porter_listens(const struct asking *asking)
{
	static const char *const kinds_of_port[] = { "PORT", "TLS_PORT" };
	bool found = false;

	for (size_t i = 0; i < 3 && !found; i++) {
		bool sctp = i == 2;
		char *name = xasprintf("SERVE_%s_%u", sctp ? "SCTP_PORT" : kinds_of_port[i], (unsigned)asking->port);

		found = asking->protocol == (sctp ? PROTOCOL_SCTP : PROTOCOL_TCP) &&
			argv_env(asking->pod->object->root, asking->container, name);
		free(name);
	}
	return found;
}

/* nc -l, with its port behind -p or bare. */
static bool
nc_listens(const struct asking *asking)
{
	static const char *const names[] = { "nc", "ncat", "netcat" };

	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		size_t at = argv_find(&asking->words, names[n]), end = argv_end(&asking->words, at);
		bool listens = false, udp = false;

		for (size_t i = at; i < end; i++) {
			const char *word = asking->words.list.v[i];
			bool flags = word[0] == '-' && word[1] != '-';

			listens |= (flags && strchr(word, 'l')) || strcmp(word, "--listen") == 0;
			udp |= (flags && strchr(word, 'u')) || strcmp(word, "--udp") == 0;
		}
		if (listens) {
			const char *given = argv_flag(&asking->words, at, "p");
			uint16_t port = given ? argv_port(given) : 0;

			return is_asked(asking, udp ? PROTOCOL_UDP : PROTOCOL_TCP,
				port ? port : bare_port(&asking->words, at));
		}
	}
	return false;
}

/* socat TCP-LISTEN:8080,fork .. */
static bool
socat_listens(const struct asking *asking)
{
	static const struct {
		const char *address;
		enum protocol protocol;
	} addresses[] = { { "TCP", PROTOCOL_TCP }, { "UDP", PROTOCOL_UDP }, { "SCTP", PROTOCOL_SCTP } };

	for (size_t i = argv_find(&asking->words, "socat"); i < argv_end(&asking->words, i); i++) {
		const char *word = asking->words.list.v[i], *listen = strstr(word, "LISTEN:");

		for (size_t k = 0; listen && k < sizeof addresses / sizeof *addresses; k++)
			if (str_starts(word, addresses[k].address))
				return is_asked(asking, addresses[k].protocol, strtol(listen + 7, NULL, 10));
	}
	return false;
}

/* ---- images ---- */

/* A command of its own replaces what the image would run: `sleep 3600` in nginx listens nowhere. */
static bool
runs_something_else(const struct asking *asking, const struct image *image)
{
	static const char *const idle[] = { "sleep", "tail", "pause" };

	if (image && image->command && argv_find(&asking->words, image->command) < asking->words.list.n)
		return false;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (argv_find(&asking->words, idle[i]) < asking->words.list.n)
			return true;
	return false;
}

static bool
in_list(const struct asking *asking, const char *ports)
{
	while (*ports) {
		char *end;
		long number = strtol(ports, &end, 10);
		enum protocol protocol = PROTOCOL_TCP;
		size_t len = strcspn(end, ",");

		if (*end == '/') {
			char *name = xstrndup(end + 1, len - 1);

			protocol_parse(name, &protocol);
			free(name);
		}
		if (is_asked(asking, protocol, number))
			return true;
		ports = end + len + (end[len] == ',');
	}
	return false;
}

static bool
container_declares(const struct asking *asking)
{
	const struct value *ports = value_get(asking->container, "ports");

	for (size_t i = 0; i < value_count(ports); i++) {
		const char *name = value_get_text(value_at(ports, i), "protocol");
		enum protocol declared = PROTOCOL_TCP;

		if (name)
			protocol_parse(name, &declared);
		if (is_asked(asking, declared, (long)value_get_int(value_at(ports, i), "containerPort", 0)))
			return true;
	}
	return false;
}

/* Where flag or environment move the image's first port; 0: they don't. */
static uint16_t
moved_port(const struct asking *asking, const struct image *image)
{
	const char *flag = image->flag ? argv_flag(&asking->words, 0, image->flag) : NULL;
	const char *env = image->env ? argv_env(asking->pod->object->root, asking->container, image->env) : NULL;

	return flag && argv_port(flag) ? argv_port(flag) : env ? argv_port(env) : 0;
}

/* Images that run another's server. */
static const char *
server_of(const struct image *image)
{
	static const char *const nginxes[] = { "nginx-slim", "nginx-unprivileged" };

	for (size_t i = 0; i < sizeof nginxes / sizeof *nginxes; i++)
		if (strcmp(image->name, nginxes[i]) == 0)
			return "nginx";
	return image->name;
}

/* ---- configuration from a ConfigMap ---- */

/* The configuration that an image reads, as its own documentation has it, and the word that names a port there. */
static const struct config {
	const char *image, *file, *folder, *word;
	const char *also;	/* a folder that `file`, as the image has it, includes */
} configs[] = {
	{ "nginx", "/etc/nginx/nginx.conf", "/etc/nginx", "listen", "/etc/nginx/conf.d" },
	{ "httpd", "/usr/local/apache2/conf/httpd.conf", "/usr/local/apache2/conf", "Listen", NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};

/* The port behind each `word` that begins a line or a directive; comments are left out. */
static bool
text_listens(const struct asking *asking, const char *text, const char *word)
{
	size_t len = strlen(word);

	for (bool begins = true; *text; text++) {
		if (*text == '#') {
			text += strcspn(text, "\n");
			if (!*text)
				return false;
			begins = true;
		} else if (strchr(";{}\n", *text)) {
			begins = true;
		} else if (begins && strncmp(text, word, len) == 0 && ascii_isspace((unsigned char)text[len])) {
			char *value = xstrndup(text + len, strcspn(text + len, ";\n"));
			const char *at = value + strspn(value, " \t");
			char *first = xstrndup(at, strcspn(at, " \t"));
			bool found = is_asked(asking, PROTOCOL_TCP, argv_port(first));

			free(first);
			free(value);
			if (found)
				return true;
			begins = false;
		} else if (!ascii_isspace((unsigned char)*text)) {
			begins = false;
		}
	}
	return false;
}

/* 1 and 0: what the mounted configuration says; -1: there is none that counts. */
static int
config_listens(const struct asking *asking, const struct image *image)
{
	const struct config *config = configs;
	struct mount_files files;
	const char *main_text;
	int result = -1;

	while (config->image && strcmp(config->image, server_of(image)) != 0)
		config++;
	if (!config->image || !value_count(value_get(asking->container, "volumeMounts")))
		return -1;
	mount_read(asking->store, asking->pod->object, asking->container, &files);
	main_text = mount_text(&files, config->file);
	if (main_text)
		result = text_listens(asking, main_text, config->word);
	for (size_t i = 0; config->also && i < files.list.n; i++) {
		const struct mount_file *file = &files.list.v[i];

		if (!str_starts(file->path, config->also) || !str_ends(file->path, ".conf") ||
			(main_text && !strstr(main_text, "conf.d")))
			continue;
		result = (result == 1) | text_listens(asking, file->text, config->word);
	}
	if (result == 0 && config->also && !main_text && !mount_hides(asking->container, config->also) &&
		!mount_text(&files, "/etc/nginx/conf.d/default.conf"))
		result = in_list(asking, image->ports);	/* the image's own default.conf is there, too */
	mount_release(&files);
	return result;
}

/* ---- a container ---- */

static bool
image_listens(const struct asking *asking, const struct image *image)
{
	uint16_t moved = moved_port(asking, image);
	int configured = config_listens(asking, image);

	if (configured >= 0)
		return configured;
	if (moved && in_list(asking, image->ports) && asking->port == (uint16_t)strtol(image->ports, NULL, 10))
		return moved == asking->port;
	return (moved && is_asked(asking, PROTOCOL_TCP, moved)) || in_list(asking, image->ports) ||
		(!image->fixed && container_declares(asking));
}

/* Nobody knows the image: a flag or a variable that says where, else what the manifest declares. */
static bool
unknown_listens(const struct asking *asking)
{
	const char *env = argv_env(asking->pod->object->root, asking->container, "PORT");
	const char *listen = argv_flag(&asking->words, 0, "listen");

	if (listen && argv_port(listen))
		return is_asked(asking, PROTOCOL_TCP, argv_port(listen));
	if (env && argv_port(env))
		return is_asked(asking, PROTOCOL_TCP, argv_port(env));
	return container_declares(asking);
}

static const struct image *
image_in(const struct value *container)
{
	const char *reference = value_get_text(container, "image");

	return image_of(reference ? reference : "");
}

static bool
words_listen(struct asking *asking)
{
	const struct image *image = image_in(asking->container);
	size_t at;
	const struct program *program = program_of(&asking->words, image, &at);

	if (program)
		return strcmp(program->name, "porter") == 0 ? porter_listens(asking) : program_listens(asking, program,
			at);
	if (nc_listens(asking) || socat_listens(asking))
		return true;
	if (runs_something_else(asking, image))
		return false;
	return image ? image_listens(asking, image) : unknown_listens(asking);
}

static bool
container_listens(const struct store *store, const struct pod *pod, const struct value *container,
	enum protocol protocol,
	uint16_t port)
{
	struct asking asking = { store, pod, container, { .arena = ARENA_INIT }, protocol, port };
	const char *said = object_annotation(pod->object, LISTEN_ANNOTATION);
	bool result;

	if (said)
		return in_list(&asking, said);
	argv_init(&asking.words, pod->object->root, container);
	result = words_listen(&asking);
	argv_release(&asking.words);
	return result;
}

const char *
serve_name(const struct pod *pod, const struct value *container)
{
	const struct image *image = image_in(container);
	const struct program *program;
	struct argv words;
	const char *name = image ? server_of(image) : "";
	size_t at;

	argv_init(&words, pod->object->root, container);
	program = program_of(&words, image, &at);
	if (program)
		name = strcmp(program->name, "httpd") == 0 ? "busybox-httpd" : program->name;
	else if (argv_find(&words, "nc") < words.list.n || argv_find(&words, "ncat") < words.list.n)
		name = "nc";
	argv_release(&words);
	return name;
}

uint16_t
serve_port(const struct pod *pod, const struct value *container, enum protocol protocol)
{
	const struct program *program;
	struct argv words;
	uint16_t port;
	size_t at;

	argv_init(&words, pod->object->root, container);
	program = program_of(&words, image_in(container), &at);
	port = program ? program_port(&words, program, at, protocol) : 0;
	argv_release(&words);
	return port;
}

/* ---- a pod ---- */

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
listening_among(const struct store *store, const struct pod *pod, const char *list, const char *statuses,
	enum protocol protocol,
	uint16_t port)
{
	const struct value *containers = value_get(value_get(pod->object->root, "spec"), list);
	const struct value *known = value_get(value_get(pod->object->root, "status"), statuses);

	for (size_t i = 0; i < value_count(containers); i++)
		if (container_is_up(pod, known, value_at(containers, i)) &&
			container_listens(store, pod, value_at(containers, i), protocol, port))
			return value_at(containers, i);
	return NULL;
}

/* Init containers listen, too, while they run. */
const struct value *
pod_listener(const struct store *store, const struct pod *pod, enum protocol protocol, uint16_t port)
{
	const struct value *found;

	if (strcmp(pod->phase, "Succeeded") == 0 || strcmp(pod->phase, "Failed") == 0)
		return NULL;
	found = listening_among(store, pod, "containers", "containerStatuses", protocol, port);
	return found ? found : listening_among(store, pod, "initContainers", "initContainerStatuses", protocol, port);
}

uint16_t
pod_lowest_port(const struct store *store, const struct pod *pod, enum protocol protocol)
{
	for (unsigned port = 1; port <= 65535; port++)
		if (pod_listens(store, pod, protocol, (uint16_t)port))
			return (uint16_t)port;
	return 0;
}

/* ---- at which address ---- */

/* "127.0.0.1", "localhost", also with a port behind. */
static bool
names_loopback(const char *text)
{
	static const char *const names[] = { "127.0.0.1", "localhost", "[::1]", "::1" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(text, names[i], len) == 0 && (!text[len] || text[len] == ':'))
			return true;
	}
	return false;
}

static bool
among(const char *const *names, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && strncmp(names[i], word, len) == 0)
			return true;
	return false;
}

/* `--bind 127.0.0.1`, `--host=localhost`, `-b 127.0.0.1:8000`. */
static bool
words_bind_loopback(const struct argv *words)
{
	static const char *const options[] = { "--bind", "-b", "--host", "-H", "--address", "--bind-address", "--listen",
		"--listen-address", "-S" };
	static const size_t n = sizeof options / sizeof options[0];

	for (size_t i = 0; i < words->list.n; i++) {
		const char *word = words->list.v[i], *equals = strchr(word, '=');

		if (equals && among(options, n, word, (size_t)(equals - word)) && names_loopback(equals + 1))
			return true;
		if (i + 1 < words->list.n && among(options, n, word, strlen(word)) &&
			names_loopback(words->list.v[i + 1]))
			return true;
	}
	return false;
}

static bool
environment_binds_loopback(const struct value *container)
{
	static const char *const names[] = { "BIND", "BIND_ADDR", "BIND_ADDRESS", "HOST", "LISTEN", "LISTEN_ADDR",
		"LISTEN_ADDRESS", "LISTEN_HOST" };
	const struct value *env = value_get(container, "env");

	for (size_t i = 0; i < value_count(env); i++) {
		const char *name = value_get_text(value_at(env, i), "name");
		const char *value = value_get_text(value_at(env, i), "value");

		if (name && value && names_loopback(value) &&
			among(names, sizeof names / sizeof names[0], name, strlen(name)))
			return true;
	}
	return false;
}

bool
pod_listens(const struct store *store, const struct pod *pod, enum protocol protocol, uint16_t port)
{
	const struct value *container = pod_listener(store, pod, protocol, port);
	struct argv words;
	bool inside;

	if (!container)
		return false;
	argv_init(&words, pod->object->root, container);
	inside = words_bind_loopback(&words) || environment_binds_loopback(container);
	argv_release(&words);
	return !inside;
}

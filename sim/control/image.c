/* Images that learners use, by the last part of their name, and whether they can be pulled. */
#include "control/image.h"

#include <stdlib.h>
#include <string.h>

#include "svcsim/distance.h"
#include "svcsim/str.h"

/* What a row's server wants of its environment. */
#define MYSQL_NEEDS "MYSQL_ROOT_PASSWORD,MYSQL_ALLOW_EMPTY_PASSWORD,MYSQL_RANDOM_ROOT_PASSWORD,MYSQL_ROOT_PASSWORD_FILE"
#define MARIADB_NEEDS "MARIADB_ROOT_PASSWORD,MARIADB_ALLOW_EMPTY_ROOT_PASSWORD,MARIADB_RANDOM_ROOT_PASSWORD," \
	"MYSQL_ROOT_PASSWORD," \
	"MYSQL_ALLOW_EMPTY_PASSWORD,MYSQL_RANDOM_ROOT_PASSWORD"
#define POSTGRES_NEEDS "POSTGRES_PASSWORD,POSTGRES_HOST_AUTH_METHOD,POSTGRES_PASSWORD_FILE"

#define SERVER(name, ports, command, flag, env) { name, ports, true, command, flag, env, -1, NULL }
/* perhaps elsewhere */
#define OFTEN(name, ports, command, flag, env) { name, ports, false, command, flag, env, -1, NULL }
#define TOOLS(name, ends) { name, "", true, NULL, NULL, NULL, ends, NULL }

const struct image images[] = {
	/* web servers */
	SERVER("nginx", "80/tcp", "nginx", NULL, NULL),
	SERVER("nginx-slim", "80/tcp", "nginx", NULL, NULL),
	SERVER("nginx-unprivileged", "8080/tcp", "nginx", NULL, NULL),
	SERVER("httpd", "80/tcp", "httpd-foreground", NULL, NULL),
	SERVER("tomcat", "8080/tcp", "catalina.sh", NULL, NULL),
	OFTEN("caddy", "80/tcp", "caddy", NULL, NULL),
	OFTEN("traefik", "80/tcp", "traefik", NULL, NULL),
	OFTEN("haproxy", "", "haproxy", NULL, NULL),
	/* databases and queues */
	SERVER("redis", "6379/tcp", "redis-server", "port", NULL),
	SERVER("valkey", "6379/tcp", "valkey-server", "port", NULL),
	{ "postgres", "5432/tcp", true, "postgres", "p", "PGPORT", -1, POSTGRES_NEEDS },
	{ "mysql", "3306/tcp,33060/tcp", true, "mysqld", "port", NULL, -1, MYSQL_NEEDS },
	{ "mariadb", "3306/tcp", true, "mariadbd", "port", NULL, -1, MARIADB_NEEDS },
	SERVER("mongo", "27017/tcp", "mongod", "port", NULL),
	SERVER("memcached", "11211/tcp", "memcached", "p", NULL),
	SERVER("rabbitmq", "5672/tcp,15692/tcp,25672/tcp", "rabbitmq-server", NULL, NULL),
	OFTEN("elasticsearch", "9200/tcp,9300/tcp", NULL, NULL, NULL),
	OFTEN("nats", "4222/tcp,8222/tcp", "nats-server", "p", NULL),
	OFTEN("zookeeper", "2181/tcp", NULL, NULL, NULL),
	OFTEN("library/registry", "5000/tcp", NULL, NULL, NULL),
	/* that show who answers */
	SERVER("whoami", "80/tcp", "whoami", "port", "WHOAMI_PORT_NUMBER"),
	SERVER("echoserver", "8080/tcp", NULL, NULL, NULL),
	SERVER("echo-server", "8080/tcp", NULL, NULL, "PORT"),
	SERVER("hello-app", "8080/tcp", NULL, NULL, "PORT"),
	SERVER("node-hello", "8080/tcp", NULL, NULL, NULL),
	SERVER("http-echo", "5678/tcp", "http-echo", "listen", NULL),
	SERVER("nginxdemos/hello", "80/tcp", "nginx", NULL, NULL),
	SERVER("nginx-hostname", "80/tcp", "nginx", NULL, NULL),
	SERVER("hello-kubernetes", "8080/tcp", NULL, NULL, "PORT"),
	SERVER("kuard-amd64", "8080/tcp", "kuard", NULL, NULL),
	SERVER("kiada", "8080/tcp", NULL, NULL, NULL),
	SERVER("kubia", "8080/tcp", NULL, NULL, NULL),
	SERVER("podinfo", "9898/tcp", "podinfo", "port", "PODINFO_PORT"),
	SERVER("httpbin", "80/tcp", NULL, NULL, NULL),
	SERVER("webapp-color", "8080/tcp", NULL, NULL, NULL),
	SERVER("test-webserver", "80/tcp", NULL, "port", NULL),
	SERVER("serve_hostname", "9376/tcp", NULL, "port", NULL),
	{ "agnhost", "", false, "agnhost", NULL, NULL, -1, NULL },
	{ "liveness", "8080/tcp", true, NULL, NULL, NULL, -1, NULL },
	/* of the cluster itself */
	SERVER("coredns", "53/tcp,53/udp,8080/tcp,8181/tcp,9153/tcp", NULL, NULL, NULL),
	SERVER("kube-proxy", "10256/tcp", NULL, NULL, NULL),
	SERVER("pause", "", NULL, NULL, NULL),
	/* of languages: alone they read a script from standard input, which is empty */
	{ "library/node", "", false, "node", NULL, "PORT", 0, NULL },
	{ "library/python", "", false, "python", NULL, "PORT", 0, NULL },
	{ "library/golang", "", false, "go", NULL, "PORT", 0, NULL },
	{ "library/ruby", "", false, "ruby", NULL, "PORT", 0, NULL },
	/* to work in */
	TOOLS("library/hello-world", 0),
	TOOLS("busybox", 0),
	TOOLS("alpine", 0),
	TOOLS("ubuntu", 0),
	TOOLS("debian", 0),
	TOOLS("centos", 0),
	TOOLS("fedora", 0),
	TOOLS("curl", 2),
	TOOLS("netshoot", 0),
	{ NULL, NULL, false, NULL, NULL, NULL, 0, NULL },
};

/* Docker Hub's own images go without their folder. */
static bool
has_name(const char *reference, const char *wanted)
{
	const char *last = strrchr(reference, '/'), *name = last ? last + 1 : reference, *slash = strchr(wanted, '/');
	const char *folder = name;
	size_t len = strcspn(name, ":@");

	if (strlen(slash ? slash + 1 : wanted) != len || strncmp(slash ? slash + 1 : wanted, name, len) != 0)
		return false;
	if (!slash)
		return true;
	if (!last)
		return str_starts(wanted, "library/");
	for (folder = last; folder > reference && folder[-1] != '/';)
		folder--;
	return strncmp(folder, wanted, (size_t)(slash - wanted) + 1) == 0;
}

const struct image *
image_of(const char *reference)
{
	for (const struct image *image = images; image->name; image++)
		if (has_name(reference, image->name))
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
	"trixie", "jammy", "noble", "focal", "glibc", "musl", "uclibc", "unstable", "edge", "management", "perl",
	"otel", "lts", "plain", "blue",
	"green", "purple", "red", "jre", "jdk" };

#define TYPO_LETTERS 5	/* shorter names are too much like each other */

/* A known name with one slip of the fingers (ngnix, postgress): other unknown images are taken for somebody's own. */
static bool
is_mistyped(const char *reference)
{
	char name[64];
	size_t len = strcspn(reference, ":@");

	if (strchr(reference, '/') || len >= sizeof name || image_of(reference))
		return false;
	memcpy(name, reference, len);
	name[len] = '\0';
	for (const struct image *image = images; image->name; image++)
		if (strlen(image->name) >= TYPO_LETTERS && word_distance(image->name, name) == 1)
			return true;
	return false;
}

bool
image_is_old_busybox(const char *reference)
{
	const struct image *image = image_of(reference);
	const char *last = strrchr(reference, '/'), *tag = strchr(last ? last : reference, ':');

	return image && strcmp(image->name, "busybox") == 0 && tag && str_starts(tag, ":1.") && atoi(tag + 3) <= 28;
}

/*
 * No release is beyond these, with room for those to come: learners are told to type nginx:1.161 and nginx:1.91 to see a
 * rollout that can't go on.
 */
static const struct {
	const char *name;
	unsigned major, minor;
} newest[] = {
	{ "nginx", 1, 40 }, { "httpd", 2, 4 }, { "busybox", 1, 40 }, { "alpine", 3, 30 }, { "redis", 9, 20 }, { "postgres", 20, 30 },
	{ "mysql", 10, 20 }, { "mariadb", 13, 20 }, { "memcached", 1, 10 }, { "ubuntu", 26, 10 }, { "debian", 14, 20 },
	{ "library/python", 3, 20 }, { "library/node", 30, 30 }, { "library/golang", 1, 40 },
};

/* A number, and a second one behind a point. */
static bool
is_released(const struct image *image, const char *tag)
{
	char *end;
	unsigned long major = strtoul(tag, &end, 10), minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	for (size_t i = 0; i < sizeof newest / sizeof newest[0]; i++)
		if (strcmp(newest[i].name, image->name) == 0)
			return major < newest[i].major ? minor < 100 : major == newest[i].major && minor <= newest[i].minor;
	return true;
}

bool
image_exists(const char *reference)
{
	const char *last = strrchr(reference, '/');
	const char *tag = strchr(last ? last : reference, ':');
	size_t len;

	if (is_mistyped(reference))
		return false;
	if (!image_of(reference) || !tag || strchr(reference, '@'))
		return true;
	tag += 1 + (tag[1] == 'v');
	if (ascii_isdigit(*tag))
		return is_released(image_of(reference), tag);
	len = strcspn(tag, "-");
	for (size_t i = 0; i < sizeof tag_words / sizeof tag_words[0]; i++)
		if (strlen(tag_words[i]) == len && strncmp(tag_words[i], tag, len) == 0)
			return true;
	return false;
}

/*
 * As the images answer, by their own sources and documentation: nginx, httpd and tomcat of the Docker library, agnhost
 * and echoserver of kubernetes/test/images, http-echo of HashiCorp, hello-app of Google's samples, whoami of Traefik,
 * podinfo, kuard.
 */
#include "control/answer_pages.h"

#include <stddef.h>

#define PLAIN "text/plain; charset=utf-8"
#define HTML "text/html"

#define NGINX_INDEX "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n<style>\n" \
	"html { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\n" \
	"font-family: Tahoma, Verdana, Arial, sans-serif; }\n</style>\n</head>\n<body>\n" \
	"<h1>Welcome to nginx!</h1>\n" \
	"<p>If you see this page, the nginx web server is successfully installed and\n" \
	"working. Further configuration is required.</p>\n\n" \
	"<p>For online documentation and support please refer to\n" \
	"<a href=\"http://nginx.org/\">nginx.org</a>.<br/>\nCommercial support is available at\n" \
	"<a href=\"http://nginx.com/\">nginx.com</a>.</p>\n\n<p><em>Thank you for using nginx.</em></p>\n" \
	"</body>\n</html>\n"

#define TOMCAT_404 "<!doctype html><html lang=\"en\"><head><title>HTTP Status 404 – Not Found</title>" \
	"<style type=\"text/css\">body {font-family:Tahoma,Arial,sans-serif;} " \
	"h1, h2, h3, b {color:white;background-color:#525D76;} h1 {font-size:22px;} h2 {font-size:16px;} " \
	"h3 {font-size:14px;} p {font-size:12px;} a {color:black;} " \
	".line {height:1px;background-color:#525D76;border:none;}</style></head><body><h1>" \
	"HTTP Status 404 – Not Found</h1><hr class=\"line\" /><p><b>Type</b> Status Report</p><p><b>" \
	"Description</b> The origin server did not find a current representation for the target resource or is " \
	"not willing to disclose that one exists.</p><hr class=\"line\" /><h3>Apache Tomcat/10.1.34</h3></body>" \
	"</html>"

#define ECHOSERVER_14 "CLIENT VALUES:\nclient_address=%c\ncommand=%m\nreal path=%p\nquery=%q\nrequest_version=1.1\n" \
	"request_uri=http://%S:8080%p\n\nSERVER VALUES:\nserver_version=nginx: 1.10.0 - lua: 10001\n\n" \
	"HEADERS RECEIVED:\naccept=*/*\nhost=%H\nuser-agent=%a\nBODY:\n-no body in request-"

#define ECHOSERVER "\n\nHostname: %h\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n" \
	"\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=%c\n\tmethod=%m\n" \
	"\treal path=%p\n\tquery=%q\n\trequest_version=1.1\n\trequest_scheme=http\n" \
	"\trequest_uri=http://%S:8080%p\n\nRequest Headers:\n\taccept=*/*\n\thost=%H\n\tuser-agent=%a\n\n" \
	"Request Body:\n\t-no body in request-\n\n"

#define PODINFO "{\n  \"hostname\": \"%h\",\n  \"version\": \"%t\",\n  \"revision\": \"unknown\",\n" \
	"  \"color\": \"#34577c\",\n" \
	"  \"logo\": \"https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif\",\n" \
	"  \"message\": \"greetings from podinfo v%t\",\n  \"goos\": \"linux\",\n  \"goarch\": \"amd64\",\n" \
	"  \"runtime\": \"go1.23.2\",\n  \"num_goroutine\": \"8\",\n  \"num_cpu\": \"2\"\n}"

#define PYTHON_ROOT "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" \
	"<title>Directory listing for /</title>\n</head>\n<body>\n<h1>Directory listing for /</h1>\n<hr>\n<ul>\n" \
	"<li><a href=\"bin/\">bin@</a></li>\n<li><a href=\"boot/\">boot/</a></li>\n" \
	"<li><a href=\"dev/\">dev/</a></li>\n<li><a href=\"etc/\">etc/</a></li>\n" \
	"<li><a href=\"home/\">home/</a></li>\n<li><a href=\"lib/\">lib@</a></li>\n" \
	"<li><a href=\"lib64/\">lib64@</a></li>\n<li><a href=\"media/\">media/</a></li>\n" \
	"<li><a href=\"mnt/\">mnt/</a></li>\n<li><a href=\"opt/\">opt/</a></li>\n" \
	"<li><a href=\"proc/\">proc/</a></li>\n<li><a href=\"root/\">root/</a></li>\n" \
	"<li><a href=\"run/\">run/</a></li>\n<li><a href=\"sbin/\">sbin@</a></li>\n" \
	"<li><a href=\"srv/\">srv/</a></li>\n<li><a href=\"sys/\">sys/</a></li>\n" \
	"<li><a href=\"tmp/\">tmp/</a></li>\n<li><a href=\"usr/\">usr/</a></li>\n" \
	"<li><a href=\"var/\">var/</a></li>\n" \
	"</ul>\n<hr>\n</body>\n</html>\n"

const struct answer_page answer_pages[] = {
	{ "nginx", "/", NULL, 200, HTML, NGINX_INDEX },
	{ "nginx", "/index.html", NULL, 200, HTML, NGINX_INDEX },
	{ "httpd", "/", NULL, 200, HTML, "<html><body><h1>It works!</h1></body></html>\n" },
	{ "httpd", "/index.html", NULL, 200, HTML, "<html><body><h1>It works!</h1></body></html>\n" },
	{ "tomcat", NULL, NULL, 404, "text/html;charset=utf-8", TOMCAT_404 },
	{ "http.server", "/", NULL, 200, "text/html; charset=utf-8", PYTHON_ROOT },

	{ "netexec", "/hostname", NULL, 200, PLAIN, "%h" },
	{ "netexec", "/hostName", NULL, 200, PLAIN, "%h" },
	{ "netexec", "/clientip", NULL, 200, PLAIN, "%c:51234" },
	{ "netexec", "/healthz", NULL, 200, PLAIN, "" },
	{ "netexec", NULL, NULL, 200, PLAIN, "NOW: %T" },	/* whatever no other handler has */
	{ "test-webserver", "/", NULL, 200, "text/html; charset=utf-8",
		"<pre>\n<a href=\"dev/\">dev/</a>\n<a href=\"etc/\">etc/</a>\n"
		"<a href=\"proc/\">proc/</a>\n<a href=\"sys/\">sys/</a>\n<a "
		"href=\"test-webserver\">test-webserver</a>\n"
		"<a href=\"var/\">var/</a>\n</pre>\n" },
	{ "serve-hostname", NULL, NULL, 200, PLAIN, "%h" },
	{ "serve_hostname", NULL, NULL, 200, PLAIN, "%h" },
	{ "guestbook", "/healthz", NULL, 200, PLAIN, "" },
	{ "liveness", "/healthz", NULL, 200, PLAIN, "ok" },
	{ "grpc-health-checking", NULL, NULL, 404, PLAIN, "404 page not found\n" },

	{ "whoami", "/health", NULL, 200, PLAIN, "" },
	{ "whoami", NULL, NULL, 200, PLAIN, "Hostname: %h\nIP: 127.0.0.1\nIP: ::1\nIP: %i\nRemoteAddr: %c:51234\n"
		"%m %p HTTP/1.1\nHost: %H\nUser-Agent: %a\nAccept: */*\n\n" },
	{ "echoserver", NULL, "1.4", 200, "text/plain", ECHOSERVER_14 },
	{ "echoserver", NULL, NULL, 200, "text/plain", ECHOSERVER },
	{ "echo-server", NULL, NULL, 200, PLAIN,
		"Request served by %h\n\n%m %p HTTP/1.1\n\nHost: %H\nAccept: */*\nUser-Agent: %a\n" },
	{ "hello-app", NULL, "2", 200, PLAIN, "Hello, world!\nVersion: 2.0.0\nHostname: %h\n" },
	{ "hello-app", NULL, NULL, 200, PLAIN, "Hello, world!\nVersion: 1.0.0\nHostname: %h\n" },
	{ "node-hello", NULL, NULL, 200, NULL, "Hello Kubernetes!" },
	{ "nginxdemos/hello", NULL, "plain", 200, "text/plain",
		"Server address: %i:80\nServer name: %h\nDate: %D\nURI: %p\nRequest ID: %r\n" },
	{ "nginx-hostname", NULL, NULL, 200, HTML, "%h\n" },
	{ "kiada", NULL, NULL, 200, NULL, "Kiada version %t. Request processed by \"%h\". Client IP: ::ffff:%c\n" },
	{ "kubia", NULL, "v2", 200, NULL, "This is v2 running in pod %h\n" },
	{ "kubia", NULL, "v3", 200, NULL, "This is v3 running in pod %h\n" },
	{ "kubia", NULL, NULL, 200, NULL, "You've hit %h\n" },
	{ "http-echo", "/health", NULL, 200, "application/json; charset=utf-8", "{\"status\":\"ok\"}\n" },
	{ "http-echo", NULL, NULL, 200, PLAIN, "hello-world\n" },
	{ "podinfo", "/healthz", NULL, 200, "application/json; charset=utf-8", "{\n  \"status\": \"OK\"\n}" },
	{ "podinfo", "/readyz", NULL, 200, "application/json; charset=utf-8", "{\n  \"status\": \"OK\"\n}" },
	{ "podinfo", "/", NULL, 200, "application/json; charset=utf-8", PODINFO },
	{ "kuard-amd64", "/healthy", NULL, 200, PLAIN, "ok" },
	{ "kuard-amd64", "/ready", NULL, 200, PLAIN, "ok" },
	{ "kuard-amd64", "/", NULL, 200, HTML, "<!doctype html>\n\n<html lang=\"en\">\n<head>\n  <meta "
		"charset=\"utf-8\">\n\n"
		"  <title>KUAR Demo</title>\n" },
	{ "mongo", NULL, NULL, 200, "text/plain", "It looks like you are trying to access MongoDB over HTTP on the "
		"native driver port.\n" },
	{ "coredns", "/health", NULL, 200, PLAIN, "OK" },
	{ "coredns", "/ready", NULL, 200, PLAIN, "OK" },
	{ NULL, NULL, NULL, 0, NULL, NULL },
};

const struct answer_other answer_others[] = {
	{ "redis", false }, { "valkey", false }, { "postgres", false }, { "kube-proxy", false },
	{ "mysql", true }, { "mariadb", true }, { "memcached", true }, { "rabbitmq", true }, { "nats", true },
	{ "zookeeper", false },
	{ NULL, false },
};

const struct answer_files answer_roots[] = {
	{ "nginx", "/usr/share/nginx/html", 403 },
	{ "httpd", "/usr/local/apache2/htdocs", 200 },
	{ "busybox-httpd", "", 404 },
	{ "http.server", "", 200 },
	{ NULL, NULL, 0 },
};

/* svcsim pack new: a pack that works, to be changed into one's own. */
#include <string.h>

#include "cli/pack.h"

const struct flag pack_new_flags[] = {
	{ "title", 0, FLAG_STRING, NULL, NULL, NULL, "What learners see; the folder's name without it." },
	{ NULL },
};

/* %s: the pack's name and title. */
static const char description[] =
	"apiVersion: svcsim/v1\n"
	"kind: Pack\n"
	"metadata: {name: %s}\n"
	"spec:\n"
	"  title: %s\n"
	"  about: What it teaches, in a sentence.\n";

static const char scenario[] =
	"# A scenario: what is there, what is asked, how it is judged.  `svcsim pack lint` and `svcsim pack test` with this\n"
	"# folder's path say whether it is fair; `svcsim drill` tries it.\n"
	"apiVersion: svcsim/v1\n"
	"kind: Scenario\n"
	"metadata: {name: first-service}\n"
	"spec:\n"
	"  title: A Service for the shop\n"
	"  objective: services/types\n"
	"  kind: task\n"
	"  minutes: 3\n"
	"  weight: 3\n"
	"  variables:                          # drawn from the seed: no two learners get the same\n"
	"    port: {range: [8000, 8099]}\n"
	"  setup: |                            # there before the clock starts\n"
	"    apiVersion: apps/v1\n"
	"    kind: Deployment\n"
	"    metadata: {name: shop}\n"
	"    spec:\n"
	"      replicas: 2\n"
	"      selector: {matchLabels: {app: shop}}\n"
	"      template:\n"
	"        metadata: {labels: {app: shop}}\n"
	"        spec:\n"
	"          containers: [{name: web, image: \"nginx:1.27\"}]\n"
	"    ---\n"
	"    apiVersion: v1\n"
	"    kind: Pod\n"
	"    metadata: {name: client}\n"
	"    spec:\n"
	"      containers: [{name: shell, image: \"busybox:1.36\", command: [sleep, infinity]}]\n"
	"  task: |\n"
	"    Deployment shop in namespace default listens on port 80. Make a Service named shop of type ClusterIP, so that\n"
	"    pods reach it on port ${port}. Do not change the Deployment.\n"
	"  checks:                             # what behaves weighs more than what is written\n"
	"  - points: 2\n"
	"    reach: {from: pod/default/client, to: \"svc/default/shop:${port}\", expect: answered, pods: {app: shop}}\n"
	"    why: A Service is there to be reached.\n"
	"  - points: 1\n"
	"    object: {kind: Service, name: shop, expect: {spec.type: ClusterIP}}\n"
	"    why: Nobody outside was to reach it.\n"
	"  - points: 1\n"
	"    unchanged: {kind: Deployment, name: shop}\n"
	"  hints:\n"
	"  - {text: \"kubectl expose has the words for it; try --help.\", cost: 0}\n"
	"  - {text: \"--port is where clients knock, --target-port where the pods listen.\", cost: 1}\n"
	"  solution: |\n"
	"    kubectl expose deployment shop --port=${port} --target-port=80\n"
	"  wrong:                              # answers that people give, and the checks that each must lose\n"
	"  - script: kubectl expose deployment shop --port=${port}\n"
	"    fails: [1]\n"
	"  - script: kubectl expose deployment shop --port=${port} --target-port=80 --type=NodePort\n"
	"    fails: [2]\n"
	"  explain: |\n"
	"    port is where clients knock, targetPort where the container listens. Without a targetPort it is the same\n"
	"    number, and there nothing listens.\n";

static int
write_file(struct cli *cli, const char *folder, const char *name, const char *text, struct err *err)
{
	char *path = xasprintf("%s/%s", folder, name);
	enum io_result written = cli->io.files->write(&cli->io, path, text, strlen(text), false);

	if (written != IO_OK)
		err_at(err, path, 0, 0, "%s", io_result_text(written));
	free(path);
	return written == IO_OK ? 0 : -1;
}

/* What is there already is never written over. */
static int
make_folder(struct cli *cli, const char *folder, struct err *err)
{
	struct io_names inside = VEC_INIT;
	bool there = cli->io.files->list(&cli->io, folder, &inside) == IO_OK, empty = !inside.n;
	enum io_result made = IO_OK;

	io_names_release(&inside);
	if (there && !empty)
		return err_at(err, folder, 0, 0, "this folder is not empty");
	if (!there)
		made = cli->io.files->mkdir(&cli->io, folder);
	return made == IO_OK ? 0 : err_at(err, folder, 0, 0, "%s", io_result_text(made));
}

static int
make_pack(struct cli *cli, const char *folder, struct err *err)
{
	const char *slash = strrchr(folder, '/'), *name = slash && slash[1] ? slash + 1 : folder;
	const char *title = flag_string(&cli->flags, "title");
	char *text = xasprintf(description, name, title ? title : name);
	int failed = make_folder(cli, folder, err) || write_file(cli, folder, "pack.yaml", text, err) ||
		write_file(cli, folder, "01-first-service.yaml", scenario, err);

	free(text);
	return failed ? -1 : 0;
}

int
cmd_pack_new(struct cli *cli)
{
	const char *folder = cli_arg(cli, 0);
	struct err err = ERR_INIT;

	if (!folder || cli_arg(cli, 1))
		return cli_usage(cli, "pack", "pack new takes one FOLDER");
	if (make_pack(cli, folder, &err))
		return cli_fail(cli, &err);
	sink_printf(cli->io.out, "%s/pack.yaml\n%s/01-first-service.yaml\nnow: svcsim pack test %s\n", folder, folder, folder);
	return 0;
}

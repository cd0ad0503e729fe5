package dev.runner.step.action.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.runner.step.action.ActionRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As the README of actions/github-script has it, with the Node of this machine. */
class ScriptActionTests {
    @TempDir
    Path folder;

    private ActionRun run(String script) throws IOException {
        Path payload = Files.writeString(folder.resolve("event.json"), "{\"issue\": {\"number\": 7}}");
        return new ActionRun(folder)
                .with("script", script)
                .variable("INPUT_SCRIPT", script)
                .variable("INPUT_GITHUB-TOKEN", "ghs_token")
                .variable("GITHUB_REPOSITORY", "octocat/Hello-World")
                .variable("GITHUB_EVENT_NAME", "issues")
                .variable("GITHUB_RUN_ID", "42")
                .variable("GITHUB_EVENT_PATH", payload.toString());
    }

    @Test
    void what_a_script_returns_is_the_result() throws Exception {
        try (ActionRun run = run("return {who: context.repo.owner, issue: context.issue.number, run: context.runId}")) {
            run.main(new ScriptAction());
            assertThat(run.output("result")).isEqualTo("{\"who\":\"octocat\",\"issue\":7,\"run\":42}");
        }
        try (ActionRun run = run("return 'text'").variable("INPUT_RESULT-ENCODING", "string")) {
            run.main(new ScriptAction());
            assertThat(run.output("result")).isEqualTo("text");
        }
    }

    @Test
    void core_speaks_to_the_step_and_to_the_job() throws Exception {
        try (ActionRun run = run("""
                core.setOutput('a', {b: 1})
                core.exportVariable('NAME', 'value')
                core.addPath('/some/bin')
                core.setSecret('hunter22')
                core.info('hello')
                core.warning('careful', {file: 'a.js', startLine: 3})
                await core.group('group', async () => core.info('inside'))
                await core.summary.addHeading('Title', 2).addList(['x']).addTable([['1', {data: '2', header: true}]]).write()
                const {stdout} = await exec.getExecOutput('echo', ['one two'], {silent: true})
                return stdout.trim() + (await io.which('sh', true)).length
                """)) {
            run.main(new ScriptAction());

            assertThat(run.output("a")).isEqualTo("{\"b\":1}");
            assertThat(run.output("result")).startsWith("\"one two");
            assertThat(run.exported).containsEntry("NAME", "value");
            assertThat(run.paths).containsExactly("/some/bin");
            assertThat(run.masked).contains("hunter22");
            assertThat(run.log.toString())
                    .contains("hello\n", "::warning file=a.js,line=3::careful", "::group::group", "::endgroup::");
            assertThat(run.summary.toString())
                    .contains("<h2>Title</h2>", "<ul><li>x</li></ul>", "<td>1</td><th>2</th>");
        }
    }

    @Test
    void scripts_require_modules_of_the_workspace() throws Exception {
        try (ActionRun run =
                run("return require('./lib.cjs')(20) + (await (await glob.create('*.cjs')).glob()).length")) {
            Files.writeString(run.workspace().resolve("lib.cjs"), "module.exports = n => n + 1");
            run.main(new ScriptAction());
            assertThat(run.output("result")).isEqualTo("22");
        }
    }

    @Test
    void a_script_that_throws_fails_the_step() throws Exception {
        try (ActionRun run = run("throw new Error('no')")) {
            assertThatThrownBy(() -> run.main(new ScriptAction())).hasMessage("Unhandled error: Error: no");
        }
        try (ActionRun run = run("core.setOutput('x', 1); core.setFailed('said so')")) {
            assertThatThrownBy(() -> run.main(new ScriptAction())).hasMessage("said so");
            assertThat(run.output("x")).isEqualTo("1");
        }
        try (ActionRun run = run("github.rest.issues.frobnicate({})")) {
            assertThatThrownBy(() -> run.main(new ScriptAction()))
                    .hasMessageContaining("github.rest.issues.frobnicate is no method");
        }
    }

    @Test
    void the_client_asks_githubs_api() throws Exception {
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            boolean first = exchange.getRequestURI().toString().endsWith("per_page=30");
            if (first) {
                exchange.getResponseHeaders()
                        .add(
                                "link",
                                "<http://" + exchange.getRequestHeaders().getFirst("host") + "/page2>; rel=\"next\"");
            }
            byte[] body = (exchange.getRequestMethod().equals("POST") ? "{\"id\": 5}" : "[{\"n\": 1}]")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try (ActionRun run = run("""
                const made = await github.rest.issues.createComment({...context.repo, issue_number: 7, body: 'hi'})
                const all = await github.paginate(github.rest.issues.listComments, {...context.repo, issue_number: 7})
                await github.rest.repos.uploadReleaseAsset({
                  ...context.repo, release_id: 3, name: 'a b', data: Buffer.from('raw'), headers: {'content-type': 'x/y'}})
                await github.rest.actions.createOrUpdateEnvironmentSecret({
                  ...context.repo, environment_name: 'e', secret_name: 's', key_id: '1', encrypted_value: 'v'})
                await github.rest.issues.addLabels({...context.repo, issue_number: 7, labels: ['a']})
                await github.rest.markdown.renderRaw({data: '*x*'})
                return made.data.id + all.length
                """)) {
            run.variable(
                    "GITHUB_API_URL", "http://127.0.0.1:" + server.getAddress().getPort());
            run.main(new ScriptAction());

            assertThat(run.output("result")).isEqualTo("7");
            assertThat(asked)
                    .containsExactly(
                            "POST /repos/octocat/Hello-World/issues/7/comments token ghs_token {\"body\":\"hi\"}",
                            "GET /repos/octocat/Hello-World/issues/7/comments?per_page=30 token ghs_token ",
                            "GET /page2 token ghs_token ",
                            "POST /repos/octocat/Hello-World/releases/3/assets?name=a%20b token ghs_token raw",
                            "PUT /repos/octocat/Hello-World/environments/e/secrets/s token ghs_token"
                                    + " {\"key_id\":\"1\",\"encrypted_value\":\"v\"}",
                            "POST /repos/octocat/Hello-World/issues/7/labels token ghs_token {\"labels\":[\"a\"]}",
                            "POST /markdown/raw token ghs_token *x*");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void without_node_the_message_says_what_to_do() throws Exception {
        try (ActionRun run = run("return 1").variable("PATH", folder.toString())) {
            assertThatThrownBy(() -> run.main(new ScriptAction())).hasMessageContaining("needs Node");
        }
    }
}

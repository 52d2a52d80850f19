using Microsoft.CodeAnalysis;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which diagnostics handlers and calls get. Schedules have tests of their own.</summary>
public sealed class AnalyzerTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "OTASK004", "'5' is a number without a unit", "[Task(\"a\"), Every(\"5\")] public static void A() { }" },
        { "OTASK004", "A period of 0.1 ms is too short", "[Task(\"a\"), Every(\"00:00:00.0001\")] public static void A() { }" },
        { "OTASK004", "Timeout is -00:00:01", "[Task(\"a\", Timeout = \"-PT1S\")] public static void A() { }" },

        {
            "OTASK004", "TooLongAfter is 00:00:00.5000000; 1 second to 24 days",
            "[Task(\"a\", TooLongAfter = \"PT0.5S\")] public static void A() { }"
        },
        { "OTASK004", "'P1M' has months or years", "[Task(\"a\", ExpireAfter = \"P1M\")] public static void A() { }" },

        {
            "OTASK004", "MaxConcurrentRuns is 0; 1 to 100000 are allowed.",
            "[Task(\"a\", MaxConcurrentRuns = 0)] public static void A() { }"
        },
        { "OTASK004", "MaxAttempts is 0", "[Task(\"a\"), Retry(0)] public static void A() { }" },

        {
            "OTASK004", "MaxDelay is 25.00:00:00; zero to 24 days",
            "[Task(\"a\"), Retry(MaxDelay = \"25.00:00:00\")] public static void A() { }"
        },
        { "OTASK004", "Jitter is 2; 0 to 1", "[Task(\"a\"), Retry(Jitter = 2)] public static void A() { }" },

        {
            "OTASK004", "'tomorrow' is not a valid start of a rule",
            "[Task(\"a\"), Calendar(\"FREQ=DAILY\", Start = \"tomorrow\")] public static void A() { }"
        },
        { "OTASK005", "U+002F", "[Task(\"a/b\")] public static void A() { }" },
        { "OTASK005", "A task name is empty; 1 to ", "[Task(\"\")] public static void A() { }" },
        { "OTASK005", "Group ' g'", "[Task(\"a\"), Group(\" g\")] public static void A() { }" },
        { "OTASK005", "'a b' is not a valid name in C#", "[Task(\"a\", Member = \"a b\")] public static void A() { }" },
        { "OTASK005", "U+003F", "public static void A(TasksBuilder tasks) => tasks.Define(\"a?\", () => { });" },

        {
            "OTASK006", "Task 'a' is defined twice, by C.A() and by C.B().",
            "[Task(\"a\")] public static void A() { } [Task(\"a\")] public static void B() { }"
        },

        {
            "OTASK006", "Task 'a' is defined twice",
            "[Task(\"a\")] public static void A() { } [Task(\"a\")] public class B : ITaskHandler<int, int> { public Task<int> "
                + "RunAsync(int a, TaskRunContext run, CancellationToken ct) => Task.FromResult(a); }"
        },

        {
            "OTASK006", "Task 'a' is defined twice",
            "[TaskContract] public interface I { void A(); } public class D : I { public void A() { } } public class E : I { public "
                + "void A() { } }"
        },
        { "OTASK006", "Task 'a' is defined twice", "[TaskContract] public interface I { void A(int n); void A(string s); }" },

        {
            "OTASK006", "Task 'a' is defined twice, by the lambda in line",
            "public static void A(TasksBuilder tasks) { tasks.Define(\"a\", () => 1); tasks.Define(\"b\", () => 1).Define(\"a\", () => "
                + "2); }"
        },

        {
            "OTASK007", "Handler 'a', parameter 'n' (int): it is a ref, out or in parameter",
            "[Task(\"a\")] public static void A(ref int n) { }"
        },
        { "OTASK007", "a ref struct cannot be filled by a task", "[Task(\"a\")] public static void A(ReadOnlySpan<int> n) { }" },
        { "OTASK007", "the items of a tuple have no names in JSON", "[Task(\"a\")] public static void A((int X, int Y) n) { }" },
        { "OTASK007", "[FromArguments] excludes", "[Task(\"a\")] public static void A([FromArguments, FromContainer] int n) { }" },

        {
            "OTASK007", "scheduled runs: the argument 'n' (int) is missing",
            "[Task(\"a\"), Every(\"PT1S\")] public static void A(int n) { }"
        },

        {
            "OTASK007", "scheduled runs: the argument 'to' (string) is missing",
            "public static void A(TasksBuilder tasks) => tasks.Seconds(1, \"a\", (string to, CancellationToken stop) => { });"
        },
        { "OTASK007", "parameter 'n' (int)", "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", (ref int n) => { });" },
        { "OTASK007", "parameter 'n' (int)", "[TaskContract] public interface I { void A(out int n); }" },

        {
            "OTASK008", "it is async void, so that nobody can tell when it ends; return Task.",
            "[Task(\"a\")] public static async void A() { await Task.Yield(); }"
        },

        {
            "OTASK008", "it is async void",
            "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", B); private static async void B() { await Task.Yield(); }"
        },

        {
            "OTASK008", "the items of a tuple have no names in JSON. Return a record.",
            "[Task(\"a\")] public static (int, int) A() => (1, 2);"
        },

        {
            "OTASK008", "the items of a tuple",
            "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", async () => { await Task.Yield(); return (1, 2); });"
        },
        { "OTASK008", "a task has one value. Return a list", "[Task(\"a\")] public static IAsyncEnumerable<int> A() => null!;" },
        { "OTASK008", "work that nobody would start", "[Task(\"a\")] public static IObservable<int> A() => null!;" },
        { "OTASK008", "of the awaitable types only", "[Task(\"a\")] public static Task<Task> A() => null!;" },

        {
            "OTASK008", "the items of a tuple",
            "[Task(\"a\")] public class D : ITaskHandler<int, (int, int)> { public Task<(int, int)> RunAsync(int a, TaskRunContext run, "
                + "CancellationToken ct) => null!; }"
        },
        { "OTASK009", "cannot be called from generated code", "[Task(\"a\")] private static void A() { }" },
        { "OTASK009", "it is generic", "[Task(\"a\")] public static void A<T>() { }" },
        { "OTASK009", "is an open generic type", "public class D<T> { [Task(\"a\")] public static void A() { } }" },
        { "OTASK009", "D cannot be instantiated.", "public abstract class D { [Task(\"a\")] public void A() { } }" },
        { "OTASK009", "needs one public constructor", "public class D { private D() { } [Task(\"a\")] public void A() { } }" },
        { "OTASK009", "does not implement ITaskHandler<TArguments, TResult>.", "[Task(\"a\")] public class D { }" },

        {
            "OTASK009", "does not implement ITaskHandler<TArguments, TResult>.",
            "public static void A(TasksBuilder tasks) => tasks.Define<object>(\"a\");"
        },
        { "OTASK009", "is an interface. Mark it [TaskContract]", "public interface I { [Task(\"a\")] void A(); }" },

        {
            "OTASK009", "implements a task contract, but is not registered",
            "[TaskContract] public interface I { void A(); } private class D : I { public void A() { } }"
        },

        {
            "OTASK010", "The handler of 'a' waits for a run of its own task. While it waits, it lends its places",
            "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", async (ITaskClient client) => await client.RunAsync(\"a\"));"
        },

        {
            "OTASK010", "The handler of 'a' waits",
            "[Task(\"a\")] public static async Task A(ITaskClient client) { await client.GetTask(\"a\").RunAsync().ConfigureAwait(false); }"
        },

        {
            "OTASK010", "The handler of 'a' waits",
            "[Task(\"a\")] public class D(ITaskClient client) : ITaskHandler<int, int> { public Task<int> RunAsync(int a, "
                + "TaskRunContext run, CancellationToken ct) => client.RunAsync<int>(\"a\", [a - 1]); }"
        },

        {
            "OTASK011", "This project defines no task 'sendmail'. Did you mean 'send-mail'?",
            "[Task(\"send-mail\")] public static void A() { } public static Task B(ITaskClient client) => client.RunAsync(\"sendmail\");"
        },

        {
            "OTASK011", "This project defines no task 'x'.",
            "public static void A(TasksBuilder tasks) => tasks.Define(\"send\", () => { }); public static object B(ITaskClient client) "
                + "=> client.GetTask(\"x\");"
        },

        {
            "OTASK012", ".Result of RunAsync blocks a thread",
            "public static int A(ITaskClient client) => client.RunAsync<int>(\"a\").Result;"
        },

        {
            "OTASK012", ".Wait() of DispatchAsync blocks a thread",
            "public static void A(ITaskClient client) => client.DispatchAsync(\"a\").Wait();"
        },

        {
            "OTASK012", ".GetAwaiter().GetResult() of DescribeAsync",
            "public static void A(TaskHandle task) => task.DescribeAsync().ConfigureAwait(false).GetAwaiter().GetResult();"
        },

        {
            "OTASK012", ".Result of RunAsync",
            "[Task(\"a\")] public static int A(int n) => n; public static int B(ITaskClient client) => client.Tasks.A.RunAsync(1).Result;"
        },

        {
            "OTASK013", "The argument 'password' looks like a secret.",
            "public static Task A(ITaskClient client) => client.RunAsync(\"a\", TaskArguments.Named((\"user\", \"ada\"), (\"password\", "
                + "\"Tr0ub4dor\")));"
        },

        {
            "OTASK013", "The argument 'ApiKey' looks like a secret.",
            "public static Task A(ITaskClient client) => client.DispatchAsync(\"a\", TaskArguments.From(new { ApiKey = \"0123456789\" }));"
        },

        {
            "OTASK013", "This argument looks like a secret.",
            "public static Task A(ITaskClient client) => client.DispatchAsync(\"a\", [\"Server=db;User Id=sa;Password=secret1\"]);"
        },

        {
            "OTASK013", "The argument 'password' looks like a secret.",
            "[Task(\"a\")] public static void A(string password) { } public static Task B(ITaskClient client) => "
                + "client.Tasks.A.RunAsync(\"Tr0ub4dor\");"
        },
        { "OTASK014", "[Every] has no effect, because 'A' is not a task.", "[Every(\"PT1S\")] public static void A() { }" },
        { "OTASK014", "[Retry] has no effect, because 'D' is not a task.", "[Retry(3)] public class D { }" },
    };

    public static TheoryData<string> Good =>
    [
        "[Task(\"a\"), Every(\"PT1S\")] public static void A(int n = 1, string? s = null, CancellationToken stop = default, params "
            + "int[] more) { }",
        "[Task(\"a\"), Every(\"PT1S\")] public static void A(ITaskClient client, TaskRunContext run, [FromContainer] string text, Uri "
            + "address) { }",
        "[Task(\"a\")] internal static Task<List<(int, int)>> A(List<(int X, int Y)> points) => Task.FromResult(points);",
        "[Task(\"a\")] public class D : ITaskHandler<TaskArguments, int> { public Task<int> RunAsync(TaskArguments a, TaskRunContext "
            + "run, CancellationToken ct) => Task.FromResult(1); } [Task(\"b\")] public static void B() { }",
        "[TaskContract] public interface I { [Task(\"x\")] Task<int> A(int n); void B(); } internal sealed class D : I { "
            + "[Every(\"PT1S\"), Retry(2)] public Task<int> A(int n = 1) => Task.FromResult(n); [Cron(\"0 3 * * *\")] void I.B() { } }",
        "public static void A(TasksBuilder tasks, bool small) { if (small) { tasks.Define(\"a\", () => 1); } else { tasks.Define(\"a\", "
            + "() => 2); } }",
        "public static TasksBuilder A(TasksBuilder tasks, bool small) => small ? tasks.Define(\"a\", () => 1) : tasks.Define(\"a\", () "
            + "=> 2);",
        "public static void A(TasksBuilder tasks, TasksBuilder others) { tasks.Define(\"a\", () => 1); others.Define(\"a\", () => 2); "
            + "var code = () => 3; tasks.Define(\"b\", code).Define(\"b\", code); }",
        "public static void A(TasksBuilder tasks) => tasks.Seconds(1, \"a\", (string to) => { }, arguments: [\"ada\"]).Seconds(1, "
            + "\"b\", (TaskRunContext run) => { });",
        "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", async (ITaskClient client) => { await client.RunAsync(\"b\"); "
            + "await client.DispatchAsync(\"a\"); }).Define(\"b\", () => 1);",
        "public static void A(TasksBuilder tasks, string name) => tasks.Define(name, () => 1); public static Task B(ITaskClient client) "
            + "=> client.RunAsync(\"whatever\");",
        "public static Task B(ITaskClient client) => client.RunAsync(\"whatever\");",
        "public static void A(TasksBuilder tasks) => tasks.Define(\"a\", () => 1); public static async Task B(ITaskClient client) { "
            + "await client.ScheduleAsync(new TaskRegistration { Name = \"b\", Handler = \"a\" }); await "
            + "client.GetTask(\"b\").RunAsync(); }",
        "public static async Task<int> A(ITaskClient client) { var run = client.RunAsync(\"a\"); await run; return run.Result.Attempt + "
            + "Task.FromResult(1).Result; }",
        "public static Task A(ITaskClient client, string password) => client.RunAsync(\"password\", TaskArguments.Named((\"password\", "
            + "password), (\"passwordLength\", \"12 or more\"), (\"token\", \"a word of text\")));",
        "public static Task A(ITaskClient client) => client.RunAsync(\"a\", [\"Set a Password = for the user\", \"sk_live\", \"eyJ\"]);",
        "public class D { [Task(\"a\")] public void A() { } public D(TimeProvider clock) { } }",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Analyze_InvalidCode_IsReported(string id, string words, string members)
    {
        var said = Assert.Single(await Analysis.OfAsync($"public static partial class C {{ {members} }}"));
        Assert.Equal(id, said.Id);
        Assert.Contains(words, said.GetMessage(), StringComparison.Ordinal);
        Assert.True(said.Location.IsInSource);
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Analyze_ValidCode_IsNotReported(string members) =>
        Assert.Empty(await Analysis.OfAsync($"public static partial class C {{ {members} }}"));

    [Theory]
    [InlineData("[Task(\"a\"), Cron(\"0 9 * * *\", TimeZone = \"Europe/Berlim\")] public static void A() { }",
        "[Task(\"a\"), Cron(\"0 9 * * *\", TimeZone = \"Europe/Berlin\")] public static void A() { }")]
    [InlineData("[Task(\"a\")] public static async void A() { await Task.Yield(); }",
        "[Task(\"a\")] public static async Task A() { await Task.Yield(); }")]
    [InlineData("[Every(\"PT1S\")] public static void SendMailAsync() { }",
        "[Task(\"send-mail\"), Every(\"PT1S\")] public static void SendMailAsync() { }")]
    [InlineData(
        "public static void A(TasksBuilder tasks) => tasks.Define(\"send\", () => 1); public static Task B(ITaskClient client) => "
            + "client.RunAsync(\"snd\");",
        "public static void A(TasksBuilder tasks) => tasks.Define(\"send\", () => 1); public static Task B(ITaskClient client) => "
            + "client.RunAsync(\"send\");")]
    [InlineData(
        "public static async Task<string> A(ITaskClient client) { await Task.Yield(); return client.RunAsync(\"a\").Result.Task; }",
        "public static async Task<string> A(ITaskClient client) { await Task.Yield(); return (await client.RunAsync(\"a\")).Task; }")]
    [InlineData(
        "public static async Task A(ITaskClient client) { await Task.Yield(); client.RunAsync(\"a\").GetAwaiter().GetResult(); }",
        "public static async Task A(ITaskClient client) { await Task.Yield(); await client.RunAsync(\"a\"); }")]
    public async Task Fix_DiagnosticWithAFix_CorrectsTheCode(string before, string after) =>
        Assert.Equal($"public static class C {{ {after} }}", await Analysis.FixAsync($"public static class C {{ {before} }}"));

    [Fact]
    public async Task Analyze_InvalidCron_IsAnErrorAtTheExpression()
    {
        const string Source = "public static class C { [Task(\"a\"), Cron(\"61 * * * *\")] public static void A() { } }";
        var said = Assert.Single(await Analysis.OfAsync(Source));

        Assert.Equal((DiagnosticSeverity.Error, "docs/diagnostics.md#otask001"), (said.Severity, said.Descriptor.HelpLinkUri));
        Assert.Equal("\"61 * * * *\"", Source[said.Location.SourceSpan.Start..said.Location.SourceSpan.End]);
    }
}

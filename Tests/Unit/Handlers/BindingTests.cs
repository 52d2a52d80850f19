using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Unit;

public enum Colour
{
    Red,
    Green,
}

public sealed record Todo(string Text, int Priority = 1);

public interface IGreeter
{
    string Greet(string whom);
}

public sealed class Greeter(string word = "Hello") : IGreeter
{
    public string Greet(string whom) => $"{word}, {whom}!";
}

public sealed class Settings
{
    public string City { get; set; } = "";
}

public sealed class Counter
{
    private int _count;

    public int Next() => ++_count;
}

public sealed class BindingTests
{
    public static TheoryData<string, Delegate, TaskArguments, string> Fitting => new()
    {
        { "int", (int n) => n, [13], "13" },
        { "int from text", (int n) => n, ["13"], "13" },
        { "named", (int n) => n, TaskArguments.Named(("n", 13)), "13" },
        { "named in other case", (int n) => n, TaskArguments.Named(("N", 13)), "13" },
        { "exact name first", (int n, int N) => $"{n} {N}", TaskArguments.FromJson(JsonElement.Parse("""{"N":1,"n":2}""")), "\"2 1\"" },
        { "escaped name", (int n) => n, TaskArguments.FromJson(JsonElement.Parse("""{"\u006e":13}""")), "13" },
        { "two", (string a, int b) => a + b, ["x", 2], "\"x2\"" },
        { "mixed", (string a, int b) => a + b, TaskArguments.Create(["x"]).WithNamed(TaskArguments.Named(("b", 2))), "\"x2\"" },
        { "default", (string a, int b = 7) => a + b, ["x"], "\"x7\"" },
        { "default enum", (Colour? c = Colour.Green) => c, [], "\"Green\"" },
        { "default struct", (DateTimeOffset at = default) => at == default, [], "true" },
        { "default decimal", (decimal d = 1.5m) => d, [], "1.5" },
        { "nullable value", (int? n) => n is null, [], "true" },
        { "nullable reference", (string? s) => s is null, [], "true" },
        { "nullable given null", (string? s, int? n) => s is null && n is null, [null, null], "true" },
        { "enum by name", (Colour c) => c, ["green"], "\"Green\"" },
        { "enum by number", (Colour c) => c, [1], "\"Green\"" },
        { "record", (Todo t) => t.Text + t.Priority, [new { text = "buy" }], "\"buy1\"" },
        { "list", (List<int> l) => l.Sum(), [new[] { 1, 2, 3 }], "6" },
        { "collection interface", (IReadOnlyList<string> l) => l.Count, [new[] { "a" }], "1" },
        { "sequence", (IEnumerable<int> l) => l.Count(), [new[] { 1, 2 }], "2" },
        { "dictionary", (Dictionary<string, int> d) => d["a"], [new { a = 5 }], "5" },
        { "instant", (DateTimeOffset at) => at.Year, ["2026-01-02T03:04:05Z"], "2026" },
        { "period", (TimeSpan t) => t.TotalSeconds, ["00:01:00"], "60" },
        { "id", (Guid g) => g, [Guid.Empty], "\"00000000-0000-0000-0000-000000000000\"" },
        { "element", (JsonElement e) => e.ValueKind.ToString(), [new { }], "\"Object\"" },
        { "null element", (JsonElement e) => e.ValueKind.ToString(), [null], "\"Null\"" },
        { "object", (object o) => o.ToString(), [5], "\"5\"" },
        { "schedule with its own converter", (TaskSchedule s) => s.Describe(), [new { every = "1.00:00:00" }], "\"every day\"" },

        {
            "container first, then arguments",
            (IServiceProvider s, CancellationToken ct, int n) => s is not null && !ct.CanBeCanceled ? n : 0, [4], "4"
        },
        { "arguments as they are", (TaskArguments all) => all.Count, [1, 2, 3], "3" },
        { "none", () => 1, [], "1" },
        { "params", (string a, params int[] rest) => a + rest.Sum(), ["x", 1, 2, 3], "\"x6\"" },
        { "params of one", (params int[] rest) => rest.Sum(), [4], "4" },
        { "params of none", (params int[] rest) => rest.Length, [], "0" },
        { "params given whole", (params int[] rest) => rest.Sum(), [new[] { 1, 2 }], "3" },

        {
            "params by name", (string a, params int[] rest) => a + rest.Sum(), TaskArguments.Named(("a", "x"), ("rest", new[] { 1, 2 })),
            "\"x3\""
        },
        { "params of arrays", (params int[][] rest) => rest.Length, [new[] { 1 }, new[] { 2 }], "2" },
        { "params list", (params List<string> rest) => rest.Count, ["a", "b"], "2" },
        { "params span of text with brackets", (params string[] rest) => string.Concat(rest), ["]", "a]"], "\"]a]\"" },
        { "tuples in a list", (List<(int, string)> l) => l[0].Item2, [new[] { (1, "a") }], "\"a\"" },
    };

    [Theory]
    [MemberData(nameof(Fitting))]
    public async Task InvokeAsync_FittingArguments_ArriveInTheirParameters(string what, Delegate handler, TaskArguments arguments,
        string expected)
    {
        using var rig = HandlerRig.Of(handler);

        rig.Check(arguments);
        var json = await rig.RunAsync(arguments);

        Assert.True(json == expected, $"{what}: {json}");
    }

    public static TheoryData<string?, Delegate, TaskArguments, string> Unfitting => new()
    {
        { "n", (int n) => n, [], "The argument 'n' (int) is missing: the task 'it' needs it." },
        { null, (int a, int b) => a + b, [1, 2, 3], "The task 'it' takes at most 2 positional arguments, 3 were given." },
        { null, () => 1, [1], "The task 'it' takes at most 0 positional arguments, 1 was given." },
        { "x", (int n, string message) => n, TaskArguments.Named(("x", 1)), "The task 'it' has no parameter 'x'; it has: n, message." },
        { "x", () => 1, TaskArguments.Named(("x", 1)), "The task 'it' has no parameter 'x'; it has: none." },
        { "stop", (CancellationToken stop) => 1, TaskArguments.Named(("stop", 1)), "The argument 'stop' (CancellationToken) comes from "
            + "the container or the run; an argument cannot fill it. Leave it out." },
        { "n", (int n) => n, TaskArguments.Create([1]).WithNamed(TaskArguments.Named(("n", 2))), "The argument 'n' (int) is given "
            + "twice. Give it once." },
        { "n", (int n) => n, TaskArguments.FromJson(JsonElement.Parse("""{"n":1,"N":2}""")), "The argument 'n' (int) is given twice. "
            + "Give it once." },
        { "n", (int n) => n, ["abc"], "The argument 'n' (int) does not fit: the JSON string \"abc\" was given." },
        { "n", (int n) => n, [true], "The argument 'n' (int) does not fit: the JSON boolean true was given." },
        { "n", (int n) => n, [3_000_000_000], "The argument 'n' (int) does not fit: the JSON number 3000000000 was given." },
        { "n", (int n) => n, [1.5], "The argument 'n' (int) does not fit: the JSON number 1.5 was given." },
        { "n", (int n) => n, [null], "The argument 'n' (int) does not take null. Give a value." },
        { "s", (string s) => s, [null], "The argument 's' (string) does not take null. Give a value." },

        {
            "at", (DateTimeOffset at) => at, ["tomorrow"],
            "The argument 'at' (DateTimeOffset) does not fit: the JSON string \"tomorrow\" was given."
        },

        {
            "l", (List<int> l) => l, [new object[] { 1, "x" }],
            "The argument 'l' (List<int>) does not fit: a JSON array was given. At $[1]: The JSON value could not be converted to "
                + "System.Int32."
        },
        { "c", (Colour? c) => c, ["blue"], "The argument 'c' (Colour?) does not fit: the JSON string \"blue\" was given." },

        {
            "todo", (Todo todo) => todo.Text, [new { text = "x", prio = 3 }],
            "The argument 'todo' (Todo) does not fit: a JSON object was given. At $.prio: The JSON property 'prio' could not be mapped "
                + "to any .NET member contained in type 'OrleansTasks.Tests.Unit.Todo'."
        },

        {
            "rest", (params int[] rest) => 1, [1, "x"],
            "The argument 'rest' (int[]) does not fit: a JSON array was given. At $[1]: The JSON value could not be converted to "
                + "System.Int32."
        },
        { null, (string s) => s, ["", 1], "The task 'it' takes at most 1 positional argument, 2 were given." },
    };

    [Theory]
    [MemberData(nameof(Unfitting))]
    public async Task InvokeAsync_UnfittingArguments_NameTheParameterAndTheFault(string? parameter, Delegate handler,
        TaskArguments arguments, string message)
    {
        using var rig = HandlerRig.Of(handler);

        var check = rig.CheckFails(arguments);
        var run = await Assert.ThrowsAsync<TaskArgumentException>(() => rig.RunAsync(arguments));

        Assert.Equal(message, check.Message);
        Assert.Equal(message, run.Message);
        Assert.Equal(parameter, run.Parameter);
        Assert.Equal(HandlerRig.Name, run.Task);
    }

    [Fact]
    public void Check_RecordWithoutARequiredMember_NamesIt()
    {
        using var rig = HandlerRig.Of((Todo todo) => todo.Text);

        var e = rig.CheckFails([new { priority = 3 }]);

        Assert.StartsWith("The argument 'todo' (Todo) does not fit: a JSON object was given. At $: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("'text'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_RecordWithAWrongMember_GivesItsPath()
    {
        using var rig = HandlerRig.Of((Todo todo) => todo.Text);

        var e = rig.CheckFails([new { text = "x", priority = "high" }]);

        Assert.Contains("At $.priority: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Path:", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_InvalidUnicode_IsAnArgumentFault()
    {
        using var rig = HandlerRig.Of((int n) => n);

        Assert.Equal("n", rig.CheckFails(TaskArguments.FromJson(JsonElement.Parse("""["\ud800"]"""))).Parameter);
        Assert.Equal("\\ud800", rig.CheckFails(TaskArguments.FromJson(JsonElement.Parse("""{"\ud800":1}"""))).Parameter);
    }

    [Fact]
    public async Task InvokeAsync_InterfaceParameter_ComesFromTheContainerWhereverItStands()
    {
        using var rig = HandlerRig.Of((IGreeter greeter, string whom) => greeter.Greet(whom), s => s.AddSingleton<IGreeter>(new Greeter()));

        Assert.Equal("\"Hello, you!\"", await rig.RunAsync(["you"]));
    }

    [Fact]
    public async Task InvokeAsync_AmbiguousType_PrefersTheArgumentToTheContainer()
    {
        using var rig = HandlerRig.Of((Settings settings) => settings.City, s => s.AddSingleton(new Settings { City = "Berlin" }));

        Assert.Equal("\"Berlin\"", await rig.RunAsync());
        Assert.Equal("\"Rome\"", await rig.RunAsync([new { city = "Rome" }]));
        Assert.Equal("\"Rome\"", await rig.RunAsync(TaskArguments.Named(("settings", new { city = "Rome" }))));
        Assert.EndsWith("Mark the parameter [FromContainer] if no argument is meant for it.", rig.CheckFails([3]).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_ExplicitSources_AreUsed()
    {
        using var rig = HandlerRig.Of(
            ([FromContainer] Settings here, [FromArguments] Settings there) => $"{here.City}-{there.City}",
            s => s.AddSingleton(new Settings { City = "Berlin" }));

        Assert.Equal("\"Berlin-Rome\"", await rig.RunAsync([new { city = "Rome" }]));
        Assert.Equal("there", rig.CheckFails([]).Parameter);
    }

    [Fact]
    public async Task InvokeAsync_ServiceWithNothingForJsonToFill_TakesNoArgument()
    {
        using var rig = HandlerRig.Of((Counter counter, int by) => counter.Next() * by, s => s.AddSingleton<Counter>());

        Assert.Equal("5", await rig.RunAsync([5]));
    }

    [Fact]
    public async Task InvokeAsync_KeyedServices_ComeByTheirKeys()
    {
        using var rig = HandlerRig.Of(
            ([FromKeyedServices("en")] IGreeter en, [FromKeyedServices("de")] IGreeter de, [FromKeyedServices("fr")] IGreeter? fr,
                string whom) =>
                en.Greet(whom) + de.Greet(whom) + (fr is null),
            s => s.AddKeyedSingleton<IGreeter>("en", new Greeter()).AddKeyedSingleton<IGreeter>("de", new Greeter("Hallo")));

        Assert.Equal("\"Hello, A!Hallo, A!True\"", await rig.RunAsync(["A"]));
    }

    [Fact]
    public async Task InvokeAsync_ScopedService_IsTheSameInARunAndNewInTheNext()
    {
        using var rig = HandlerRig.Of(
            ([FromContainer] Counter a, [FromContainer] Counter b, IServiceProvider s) =>
                a == b && b == s.GetRequiredService<Counter>() ? b.Next() : -1,
            s => s.AddScoped<Counter>());

        Assert.Equal("1", await rig.RunAsync());
        Assert.Equal("1", await rig.RunAsync());
    }

    [Fact]
    public async Task InvokeAsync_Loggers_HaveTheTasksNameOrTheirType()
    {
        using var recorder = new CategoryRecorder();
        using var rig = HandlerRig.Of(
            (ILogger log, ILogger<BindingTests> typed, ILoggerFactory factory) =>
                log is not null && typed is not null && factory is not null,
            s => s.AddSingleton<ILoggerFactory>(recorder));

        Assert.Equal("true", await rig.RunAsync());
        Assert.Equal([HandlerRig.Name, "OrleansTasks.Tests.Unit.BindingTests"], recorder.Categories);
    }

    [Fact]
    public async Task InvokeAsync_OptionalService_IsNullOrDefaultWithoutRegistration()
    {
        using var rig =
            HandlerRig.Of((IGreeter? one, IEnumerable<IGreeter> all, IGreeter? two = null) => one is null && two is null && !all.Any());

        Assert.Empty(rig.Faults);
        Assert.Equal("true", await rig.RunAsync());
    }

    [Fact]
    public void Check_SequenceOfValues_IsNotTakenForAnEmptyService()
    {
        using var rig = HandlerRig.Of((IEnumerable<int> numbers) => numbers.Sum());

        Assert.Equal("numbers", rig.CheckFails([]).Parameter);
    }

    [Fact]
    public async Task InvokeAsync_Context_BelongsToTheRun()
    {
        using var stop = new CancellationTokenSource();
        using var rig = HandlerRig.Of(
            (TaskRunContext run, CancellationToken ct) => run.Task == HandlerRig.Name && ct == stop.Token && run.CancellationToken == ct);

        rig.Stop = stop.Token;

        Assert.Equal("true", await rig.RunAsync());
    }
}

extern alias Generators;

using System.Reflection;
using Generators::OrleansTasks.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskGeneratorTests
{
    private const string Shop = """
        namespace Shop;

        public sealed record Picture(string File, int Width = 100);

        public interface ISender { string Send(string text); }

        public sealed class Mails(ISender sender) : IDisposable
        {
            public static int Made; public static int Disposed;

            private readonly int _number = ++Made;

            [Task("it", Description = "Sends \"it\".", Timeout = "PT30S", Tags = ["mail", "out"],
                Overlap = OverlapPolicy.QueueAll, Guarantee = RunGuarantee.AtLeastOnce, MaxConcurrentRuns = 3, SendReturnValues = false)]
            [Group("mail"), Retry(3, Delay = "00:00:02", Backoff = Backoff.Linear, Jitter = 0,
                OnlyFor = [typeof(System.IO.IOException), typeof(Inner)])]
            internal string Send(string to, [FromContainer] ISender other, string? note, CancellationToken stop,
                DayOfWeek day = DayOfWeek.Friday, decimal price = 1.5m, params List<int> numbers) =>
                sender.Send($"{_number} {to} {note} {day} {price.ToString(System.Globalization.CultureInfo.InvariantCulture)} "
                    + $"{numbers.Count}");

            public void Dispose() => Disposed++;

            public sealed class Inner : Exception;
        }

        public static class Statics
        {
            [Task("tick"), Every("00:05:00")] public static void Tick() { }
            [Task("report"), Cron("0 9 * * MON-FRI", TimeZone = "Europe/Berlin", Days = CronDays.Either),
                Calendar("FREQ=MONTHLY;BYDAY=-1FR", Start = "2026-01-01T09:00:00", TimeZone = "Europe/Berlin")]
            public static async Task<int> ReportAsync() { await Task.Yield(); return 3; }
            [Task("@odd name 1")] public static ValueTask<string> @event(string @class, int options = 1) => new(@class + options);
            [Task("defaults", Member = "WithDefaults"), Obsolete]
            internal static void Defaults(
                DayOfWeek? day = DayOfWeek.Monday, int? count = 5, Guid id = default, double ratio = 0.5, float part = 1.1f,
                char c = '\'', long big = long.MinValue, string text = "a\"\n", string? none = null,
                decimal price = 0.1m, bool flag = true, double nan = double.NaN, DateTimeOffset? at = null, byte small = 200)
            {
            }
        }

        [Task("resize", HistoryLength = 7)]
        public sealed class Resize : ITaskHandler<Picture, int>
        {
            public Task<int> RunAsync(Picture picture, TaskRunContext run, CancellationToken cancellationToken) =>
                Task.FromResult(picture.Width);
        }

        [Task("all"), Cron("H 3 * * *")]
        internal sealed class Everything : ITaskHandler<TaskArguments, int>
        {
            public Task<int> RunAsync(TaskArguments arguments, TaskRunContext run, CancellationToken cancellationToken) =>
                Task.FromResult(arguments.Count);
        }
        """;

    private sealed class Sender
    {
        public string Send(string text) => text;
    }

    [Fact]
    public void Generate_HandlersOfAllKinds_IsTheApprovedCode()
    {
        var generated = Compilations.Generate(Compilations.Of(Shop));
        Snapshots.Check("Generated.txt",
            Compilations.TextOf(generated, "Tasks.Registration.g.cs") + Compilations.TextOf(generated, "Tasks.Client.g.cs"));
    }

    [Fact]
    public async Task AddGenerated_HandlersOfAllKinds_AreDefinedAndRun()
    {
        var assembly = Compilations.Load(Compilations.Generate(Compilations.Of(Shop)));
        var sender = assembly.GetType("Shop.ISender")!;
        using var rig = new HandlerRig(
            tasks => Compilations.AddGenerated(assembly, tasks),
            services => services.AddSingleton(sender, Proxy.Of(sender, static (_, arguments) => arguments[0])));

        Assert.Empty(rig.Faults);
        var tasks = rig.Catalog.Definitions.ToDictionary(static d => d.Name);
        Assert.Equal(["@odd name 1", "all", "defaults", "it", "report", "resize", "tick"], tasks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(TaskSchedule.Every(TimeSpan.FromMinutes(5)), tasks["tick"].Schedule);
        Assert.Equal(
            TaskSchedule.Any(
                TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin", CronDays.Either),
                TaskSchedule.Calendar("FREQ=MONTHLY;BYDAY=-1FR", new DateTime(2026, 1, 1, 9, 0, 0), "Europe/Berlin")),
            tasks["report"].Schedule);
        Assert.Equal(7, tasks["resize"].Options.HistoryLength);
        var options = tasks["it"].Options;
        Assert.Equal(["mail", "out"], options.Tags);
        Assert.Equal(
            new RetryPolicy
            {
                MaxAttempts = 3,
                Delay = TimeSpan.FromSeconds(2),
                Backoff = Backoff.Linear,
                Jitter = 0,
                OnlyFor = ["System.IO.IOException", "Shop.Mails+Inner"]
            },
            options.Retry);
        Assert.Equal(
            ("Sends \"it\".", TimeSpan.FromSeconds(30), OverlapPolicy.QueueAll, RunGuarantee.AtLeastOnce, 3, "mail", false),
            (options.Description, options.Timeout, options.Overlap, options.Guarantee, options.MaxConcurrentRuns, options.Group,
                options.SendReturnValues));

        Assert.Equal("1 ada  Friday 1.5 0", await rig.RunAsync<string>(["ada"]));
        Assert.Equal("2 ada note Monday 2 3", await rig.RunAsync<string>(["ada", "note", "monday", 2, 1, 2, 3]));
        Assert.Equal(2, assembly.GetType("Shop.Mails")!.GetField("Disposed")!.GetValue(null));
    }

    [Fact]
    public void AddHandlers_ClassThatCannotBeCreated_IsReportedAtStart()
    {
        var assembly = Compilations.Load(Compilations.Generate(Compilations.Of(Shop)));
        using var rig = new HandlerRig(tasks => Compilations.AddGenerated(assembly, tasks));

        Assert.Contains("Handlers, constructor parameter 'sender' (ISender): it is not registered in the container. Register it, or "
            + "give the parameter a default.", rig.Faults);
    }

    [Fact]
    public void Client_WithAJsonContext_UsesItsContractsForTheTypesThatItLists()
    {
        const string Source = """
            using System.Text.Json;
            using System.Text.Json.Serialization;
            using System.Text.Json.Serialization.Metadata;
            namespace Shop;
            public sealed record Order(string Item);
            [TaskContract]
            public interface IShop
            {
                [Task("offer")] Task<Order?> OfferAsync(Order order, int count, string? note);
                [Task("count")] Task<int> CountAsync(int count);
            }
            [Task("pack")]
            public sealed class Pack : ITaskHandler<Order, int>
            {
                public Task<int> RunAsync(Order order, TaskRunContext run, CancellationToken cancellationToken) => Task.FromResult(1);
            }
            [TaskJsonContext, JsonSerializable(typeof(Order)), JsonSerializable(typeof(string))]
            internal sealed class ShopJson(JsonSerializerOptions options) : JsonSerializerContext(options)
            {
                protected override JsonSerializerOptions? GeneratedSerializerOptions => null;
                public override JsonTypeInfo? GetTypeInfo(Type type) => null;
            }
            [TaskJsonContext] internal sealed class NoContext;
            """;
        var text = Compilations.TextOf(Compilations.Generate(Compilations.Of(Source)), "Tasks.Client.g.cs")!
            .Replace("global::System.Text.Json.Serialization.Metadata.", "", StringComparison.Ordinal)
            .Replace("global::", "", StringComparison.Ordinal);

        const string Order = "((JsonTypeInfo<Shop.Order>)s_json0.GetTypeInfo(typeof(Shop.Order))!)";
        const string Value = "((JsonTypeInfo<Shop.Order?>)s_json0.GetTypeInfo(typeof(Shop.Order))!)";
        const string Note = "((JsonTypeInfo<string?>)s_json0.GetTypeInfo(typeof(string))!)";
        const string Count = "OrleansTasks.TaskArguments.Named((\"count\", count))";
        const string Offer = $"\"offer\", {Count}.With(\"order\", order, {Order}).With(\"note\", note, {Note})";
        Has("private static readonly Shop.ShopJson s_json0 = new(OrleansTasks.TaskJson.CreateOptions());");
        Has($"OrleansTasks.TypedTaskExtensions.RunAsync(client, {Offer}, {Value}, options, ct);");
        Has($"client.DispatchAsync({Offer}, options, ct);");
        Has($"client.RunAsync<int>(\"count\", {Count}, options, ct);");
        Has($"\"pack\", OrleansTasks.TaskArguments.Of(arguments, {Order}), options, ct);");
        Assert.DoesNotContain("s_json1", text, StringComparison.Ordinal);

        void Has(string code) => Assert.Contains(code, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_CallsOfTasks_SendNamesArgumentsAndOptions()
    {
        const string Caller = """
            namespace Shop;
            public static class Caller
            {
                public static readonly RunOptions Options = new();
                public static void Call(ITaskClient client)
                {
                    _ = client.Tasks.It.RunAsync("ada", "note", price: 2, numbers: [1], ct: new CancellationToken(true));
                    _ = client.Tasks.Tick.DispatchAsync();
                    _ = client.Tasks.Resize.RunAsync(new Picture("a.png"), Options);
                    _ = client.Tasks.All.RunAsync([1, 2]);
                    _ = client.Tasks.OddName1.RunAsync("x", 2, runOptions: Options);
                    _ = client.Tasks.Tick.Handle;
                    _ = client.RunAsync(Shop.Handlers.HandlersTasks.Resize, new Picture("b.png"));
                }
            }
            """;
        var assembly = Compilations.Load(
            Compilations.Generate(Compilations.Of(Shop + Caller.Replace("namespace Shop;", "", StringComparison.Ordinal))));
        var calls = new List<string>();
        var client = (ITaskClient)Proxy.Of(typeof(ITaskClient), (method, arguments) =>
        {
            var value = method.IsGenericMethod ? $"<{method.GetGenericArguments()[0].Name}>" : "";
            var given = arguments.ElementAtOrDefault(1) as TaskArguments;
            var json = given is null ? "" : given.NamedArguments?.GetRawText() ?? given.Positional.GetRawText();
            calls.Add(
                ($"{method.Name}{value} {arguments[0]} {json} {(arguments.ElementAtOrDefault(2) is null ? "" : "options")}"
                    + (arguments.ElementAtOrDefault(3) is CancellationToken { IsCancellationRequested: true } ? "ct" : "")).Trim());
            return method.ReturnType == typeof(TaskHandle)
                ? null
                : typeof(Task).GetMethod(nameof(Task.FromResult))!.MakeGenericMethod(method.ReturnType.GetGenericArguments())
                    .Invoke(null, [null]);
        });
        assembly.GetType("Shop.Caller")!.GetMethod("Call")!.Invoke(null, [client]);

        Assert.Equal(
            [
                """RunAsync<Object> it {"to":"ada","note":"note","day":"Friday","price":2,"numbers":[1]} ct""",
                "DispatchAsync tick []",
                """RunAsync<Int32> resize [{"file":"a.png","width":100}] options""",
                "RunAsync<Int32> all [1,2]",
                """RunAsync<String> @odd name 1 {"class":"x","options":2} options""",
                "GetTask tick",
                """RunAsync<Int32> resize [{"file":"b.png","width":100}]""",
            ],
            calls);
    }

    [Fact]
    public async Task Contract_InAnAssemblyWithoutServer_HasAClientThereAndHandlersElsewhere()
    {
        const string Contract = """
            namespace Shop;
            [TaskContract]
            public interface IMailTasks
            {
                [Task("it", Timeout = "PT5S")] Task<string> SendAsync(string to, int copies = 1);
                Task PurgeOldMailsAsync(CancellationToken ct);
            }
            """;
        const string Handlers = """
            public sealed class MailTasks(TimeProvider clock) : Shop.IMailTasks
            {
                public Task<string> SendAsync(string to, int copies) => Task.FromResult($"{clock.GetType().Name} {to} {copies}");

                [Every("PT1H"), Retry(2)] Task Shop.IMailTasks.PurgeOldMailsAsync(CancellationToken ct) => Task.CompletedTask;
            }
            """;
        var contract = Compilations.Generate(Compilations.Of(Contract, "Shop.Contracts", hasServer: false));
        Assert.Null(Compilations.TextOf(contract, "Tasks.Registration.g.cs"));
        Assert.Contains("public global::Shop.Contracts.ContractsTasks.PurgeOldMailsTask PurgeOldMails",
            Compilations.TextOf(contract, "Tasks.Client.g.cs"), StringComparison.Ordinal);
        var image = Compilations.Emit(contract);
        var shared = Assembly.Load(image);
        AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        try
        {
            var handlers = Compilations.Generate(Compilations.Of(Handlers, "Shop.Silo", more: [MetadataReference.CreateFromImage(image)]));
            Assert.Null(Compilations.TextOf(handlers, "Tasks.Client.g.cs"));
            using var rig = new HandlerRig(tasks => Compilations.AddGenerated(Compilations.Load(handlers), tasks),
                static s => s.AddSingleton(TimeProvider.System));

            Assert.Empty(rig.Faults);
            var tasks = rig.Catalog.Definitions.ToDictionary(static d => d.Name);
            Assert.Equal(TimeSpan.FromSeconds(5), tasks["it"].Options.Timeout);
            Assert.Equal(TaskSchedule.Every(TimeSpan.FromHours(1)), tasks["purge-old-mails"].Schedule);
            Assert.Equal(2, tasks["purge-old-mails"].Options.Retry!.MaxAttempts);
            Assert.Equal("SystemTimeProvider ada 1", await rig.RunAsync<string>(["ada"]));
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= Resolve;
        }

        Assembly? Resolve(object? sender, ResolveEventArgs e) => new AssemblyName(e.Name).Name == "Shop.Contracts" ? shared : null;
    }

    [Fact]
    public void Generate_LanguageWithoutExtensionProperties_DefinesTasksWithoutAClient()
    {
        var generated = Compilations.Generate(
            Compilations.Of("public static class C { [Task(\"a\")] public static int A() => 1; }", version: LanguageVersion.CSharp13));

        Assert.NotNull(Compilations.TextOf(generated, "Tasks.Registration.g.cs"));
        Assert.Null(Compilations.TextOf(generated, "Tasks.Client.g.cs"));
    }

    [Fact]
    public void Generate_LibraryAndProgram_OnlyTheLibraryIsCalledFromElsewhere()
    {
        const string Source = "public static class C { [Task(\"a\")] public static int A() => 1; public static void Main() { } }";

        Assert.Contains("public static global::OrleansTasks.TasksBuilder AddShopHandlersTasks(",
            Compilations.TextOf(Compilations.Generate(Compilations.Of(Source)), "Registration.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("public static class",
            Compilations.TextOf(Compilations.Generate(Compilations.Of(Source, isProgram: true)), "Registration.g.cs"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_UnrelatedChange_ReusesTheOutput()
    {
        var compilation = Compilations.Of(Shop);
        var driver = Compilations.Driver(compilation).RunGenerators(compilation, TestContext.Current.CancellationToken);
        var changed = compilation.AddSyntaxTrees(
            Compilations.Parse(compilation, "public class Other : System.IDisposable { public void Dispose() { } }"));
        var result = driver.RunGenerators(changed, TestContext.Current.CancellationToken).GetRunResult().Results.Single();

        foreach (var step in (string[])[TaskGenerator.TasksStep, TaskGenerator.AssemblyStep])
        {
            Assert.All(result.TrackedSteps[step].SelectMany(static s => s.Outputs),
                static o => Assert.True(o.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{o.Reason}"));
        }

        Assert.All(result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs),
            static o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    [Fact]
    public void Generate_TaskChanged_RegeneratesTheCode()
    {
        var compilation = Compilations.Of(Shop);
        var driver = Compilations.Driver(compilation).RunGenerators(compilation, TestContext.Current.CancellationToken);
        var tree = compilation.SyntaxTrees[1];
        var changed = compilation.ReplaceSyntaxTree(tree,
            Compilations.Parse(compilation, Shop.Replace("\"resize\"", "\"shrink\"", StringComparison.Ordinal)));
        var result = driver.RunGenerators(changed, TestContext.Current.CancellationToken).GetRunResult().Results.Single();

        Assert.Contains("\"shrink\"",
            result.GeneratedSources.Single(static s => s.HintName == "Tasks.Registration.g.cs").SourceText.ToString(),
            StringComparison.Ordinal);
    }
}

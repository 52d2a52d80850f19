using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Writing;

/// <summary>Writes the typed client for the tasks of an assembly.</summary>
internal static class ClientWriter
{
    public static string Write(DeclaringAssembly assembly, IReadOnlyList<DeclaredTask> tasks, IReadOnlyList<JsonContext> contexts)
    {
        var json = new JsonContracts(contexts);
        var name = AssemblyNames.ClassOf(assembly.Assembly);
        var access = tasks.Any(static t => t.IsPublic) ? "public" : "internal";
        var members = Members(tasks);
        var code = new CodeText();
        code.Open($"namespace {assembly.Namespace}");
        code.Line(
            $"/// <summary>Contains the names of the tasks that the assembly {assembly.Assembly} declares, and typed calls of "
                + "them.</summary>");
        code.Open($"{access} static class {name}");
        json.WriteFields(code);
        foreach (var (task, member) in members)
        {
            WriteName(code, task, member);
        }

        foreach (var (task, member) in members)
        {
            code.Line();
            WriteCalls(code, task, member, json);
        }

        code.Close();
        code.Close();
        code.Line();
        code.Open("namespace OrleansTasks");
        code.Line($"/// <summary>Adds the tasks that the assembly {assembly.Assembly} declares to <c>client.Tasks</c>.</summary>");
        code.Open($"{access} static class {AssemblyNames.Of(assembly.Assembly)}Extensions");
        code.Open("extension(global::OrleansTasks.TypedTasks tasks)");
        foreach (var (task, member) in members)
        {
            code.Line($"/// <summary>Gets the typed calls of the task <c>{Escaped(task.Name)}</c>.</summary>");
            code.Line($"{Access(task)} global::{assembly.Namespace}.{name}.{member}Task {member} => new(tasks.Client);");
        }

        code.Close();
        code.Close();
        code.Close();
        return code.ToString();
    }

    /// <summary>Assigns a member name to each task. If two would be the same, the later ones get a number.</summary>
    private static List<(DeclaredTask Task, string Member)> Members(IReadOnlyList<DeclaredTask> tasks)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { "Client" };
        var members = new List<(DeclaredTask, string)>();
        foreach (var task in tasks)
        {
            var member = task.Member;
            for (var n = 2; !taken.Add(member); n++)
            {
                member = task.Member + n;
            }

            members.Add((task, member));
        }

        return members;
    }

    private static void WriteName(CodeText code, DeclaredTask task, string member)
    {
        var only = task.Arguments.ToList() is [{ } argument] ? argument : null;
        code.Line($"/// <summary>{(only is null ? "Represents" : "Gets")} the name of the task <c>{Escaped(task.Name)}</c>.</summary>");
        code.Line(only is not null
            ? $"{Access(task)} static global::OrleansTasks.TaskName<{only.Type}, {task.Value ?? "object?"}> {member} => "
                + $"new({Constants.Text(task.Name)});"
            : $"{Access(task)} const string {member} = {Constants.Text(task.Name)};");
    }

    private static void WriteCalls(CodeText code, DeclaredTask task, string member, JsonContracts json)
    {
        var values = Values(task, json);
        var arguments = task.Arguments.ToList();
        var (options, stop) = (Free("options", arguments), Free("ct", arguments));
        var result = task.Value is null ? "global::System.Threading.Tasks.Task" : $"global::System.Threading.Tasks.Task<{task.Value}>";
        code.Line($"/// <summary>Runs and dispatches the task <c>{Escaped(task.Name)}</c>.</summary>");
        code.Open($"{Access(task)} readonly struct {member}Task(global::OrleansTasks.ITaskClient client)");
        code.Line("/// <summary>Gets the handle of the task, for all other operations.</summary>");
        code.Line($"public global::OrleansTasks.TaskHandle Handle => client.GetTask({Constants.Text(task.Name)});");
        code.Line();
        code.Line(
            $"/// <summary>Runs the "
                + (task.Value is null
                    ? "task and waits until it has ended.</summary>"
                    : "task, waits until it has ended, and returns its value.</summary>"));
        code.Line($"public {result} RunAsync({Parameters(task, $"global::OrleansTasks.RunOptions? {options} = null", stop)}) =>");
        code.Line(json.Find(task.Value, task.PlainValue) is { } contract
            ? $"    global::OrleansTasks.TypedTaskExtensions.RunAsync(client, {Constants.Text(task.Name)}, {values}, {contract}, "
                + $"{options}, {stop});"
            : $"    client.RunAsync<{task.Value ?? "object?"}>({Constants.Text(task.Name)}, {values}, {options}, {stop});");
        code.Line();
        code.Line("/// <summary>Stores a run of the task that is due now or later, and returns its id.</summary>");
        code.Line(
            $"public global::System.Threading.Tasks.Task<global::OrleansTasks.RunId> "
                + $"DispatchAsync({Parameters(task, $"global::OrleansTasks.DispatchOptions? {options} = null", stop)}) =>");
        code.Line($"    client.DispatchAsync({Constants.Text(task.Name)}, {values}, {options}, {stop});");
        code.Close();
    }

    private static string Parameters(DeclaredTask task, string options, string stop) => string.Join(", ", Shown(task)
        .Select(static p => $"{p.Type} {MemberNames.Escape(p.Name)}{(p.Default is null ? "" : " = " + p.Default)}")
        .Concat([options, $"global::System.Threading.CancellationToken {stop} = default"]));

    /// <summary>
    /// Returns the parameters of the client's methods. A default value before a required parameter is dropped. A <c>params</c> parameter
    /// becomes optional.
    /// </summary>
    private static IEnumerable<DeclaredParameter> Shown(DeclaredTask task)
    {
        var shown = task.Kind == HandlerKind.Class
            ? [.. task.Parameters]
            : task.Arguments.Select(static p => p.IsParams ? p with { Type = p.Type + "?", Default = "null" } : p).ToList();
        var last = shown.FindLastIndex(static p => p.Default is null);
        return shown.Select((p, i) => i < last ? p with { Default = null } : p);
    }

    /// <summary>Returns the code that makes the arguments, without reflection for the types that a context lists.</summary>
    private static string Values(DeclaredTask task, JsonContracts json)
    {
        if (task.Kind == HandlerKind.Class)
        {
            var only = task.Parameters[0];
            return only.IsAll ? "arguments"
                : json.Find(only.Type, only.PlainType) is { } contract ? $"global::OrleansTasks.TaskArguments.Of(arguments, {contract})"
                : $"global::OrleansTasks.TaskArguments.Of<{only.Type}>(arguments)";
        }

        var arguments = task.Arguments.Select(p => (Name: Constants.Text(p.Name), Value: Given(p), Json: json.Find(p.Type, p.PlainType)))
            .ToList();
        var plain = arguments.Where(static a => a.Json is null).Select(static a => $"({a.Name}, {a.Value})").ToList();
        var others = arguments.Where(static a => a.Json is not null).Select(static a => $".With({a.Name}, {a.Value}, {a.Json})");
        var first = plain.Count == 0 ? "None" : $"Named({string.Join(", ", plain)})";
        return $"global::OrleansTasks.TaskArguments.{first}{string.Concat(others)}";

        static string Given(DeclaredParameter p) => MemberNames.Escape(p.Name) + (p.IsParams ? " ?? []" : "");
    }

    private static string Access(DeclaredTask task) => task.IsPublic ? "public" : "internal";

    private static string Free(string name, List<DeclaredParameter> arguments)
    {
        while (arguments.Any(p => p.Name == name))
        {
            name = "run" + char.ToUpperInvariant(name[0]) + name[1..];
        }

        return name;
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}

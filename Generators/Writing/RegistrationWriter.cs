using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Writing;

/// <summary>Writes the code that defines the tasks of an assembly on a silo.</summary>
internal static class RegistrationWriter
{
    private const string Builder = "global::OrleansTasks.TasksBuilder";

    public static string Write(DeclaringAssembly assembly, IReadOnlyList<DeclaredTask> tasks)
    {
        var name = AssemblyNames.Of(assembly.Assembly);
        var code = new CodeText();
        code.Open("namespace OrleansTasks");
        code.Line("/// <summary>Defines the tasks that this assembly declares with attributes.</summary>");
        code.Line("[global::Microsoft.CodeAnalysis.Embedded]");
        code.Open($"internal static class {name}Generated");
        code.Line("/// <summary>Defines the tasks that this assembly declares with attributes.</summary>");
        code.Open($"internal static {Builder} AddGenerated(this {Builder} tasks)");
        WriteDefinitions(code, tasks);
        code.Close();
        WriteMethods(code, tasks);
        code.Close();
        if (assembly.IsLibrary)
        {
            code.Line();
            code.Line("/// <summary>Defines the tasks of an assembly.</summary>");
            code.Open($"public static class {name}Registration");
            code.Line($"/// <summary>Defines the tasks that the assembly {assembly.Assembly} declares with attributes.</summary>");
            code.Line($"public static {Builder} Add{name}(this {Builder} tasks) => {name}Generated.AddGenerated(tasks);");
            code.Close();
        }

        code.Close();
        return code.ToString();
    }

    private static void WriteDefinitions(CodeText code, IReadOnlyList<DeclaredTask> tasks)
    {
        code.Line("global::System.ArgumentNullException.ThrowIfNull(tasks);");
        foreach (var type in tasks.Where(static t => t.Kind == HandlerKind.InstanceMethod).Select(static t => t.Type).Distinct())
        {
            code.Line($"tasks.AddHandlers<{type}>();");
        }

        for (var i = 0; i < tasks.Count; i++)
        {
            var task = tasks[i];
            var options = task.Options is null ? "" : $", {task.Options}";
            var method = task.Kind == HandlerKind.Class ? "" : $", {MethodName(task, i)}";
            var type = task.Kind == HandlerKind.Class ? $"<{task.Type}>" : "";
            code.Line(task.Schedule is null
                ? $"tasks.Define{type}({Constants.Text(task.Name)}{method}{options});"
                : $"tasks.Schedule{type}({Constants.Text(task.Name)}, {task.Schedule}{method}{options});");
        }

        code.Line("return tasks;");
    }

    private static void WriteMethods(CodeText code, IReadOnlyList<DeclaredTask> tasks)
    {
        for (var i = 0; i < tasks.Count; i++)
        {
            var task = tasks[i];
            if (task.Kind == HandlerKind.Class)
            {
                continue;
            }

            // A parameter with this name would hide the handler instance.
            var self = "self";
            while (task.Parameters.Any(p => p.Name == self))
            {
                self = "_" + self;
            }

            var parameters =
                task.Parameters.Select(
                    static p =>
                        $"{p.Attributes}{(p.IsParams ? "params " : "")}{p.Type} "
                            + $"{MemberNames.Escape(p.Name)}{(p.Default is null ? "" : " = " + p.Default)}");
            var instance = task.Kind == HandlerKind.InstanceMethod
                ? (string[])[$"[global::OrleansTasks.FromContainer] {task.Type} {self}"]
                : [];
            code.Line();
            code.Line($"private static {task.Returns} {MethodName(task, i)}({string.Join(", ", instance.Concat(parameters))}) =>");
            code.Line($"    {Called(task, self)}({string.Join(", ", task.Parameters.Select(static p => MemberNames.Escape(p.Name)))});");
        }
    }

    private static string Called(DeclaredTask task, string self) => task.Kind != HandlerKind.InstanceMethod ? task.Method!
        : task.Method!.StartsWith("self.", StringComparison.Ordinal) ? self + task.Method["self".Length..]
        : task.Method!.Replace(")self)", $"){self})");

    private static string MethodName(DeclaredTask task, int index) => $"{task.Member}{index}";
}

using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Writing;

/// <summary>Writes how generated code gets the JSON contracts of types from the contexts of an assembly.</summary>
/// <param name="contexts">The contexts. The first one that lists a type is used for it.</param>
internal sealed class JsonContracts(IReadOnlyList<JsonContext> contexts)
{
    private const string Contract = "global::System.Text.Json.Serialization.Metadata.JsonTypeInfo";

    /// <summary>Writes the fields that hold the contexts.</summary>
    public void WriteFields(CodeText code)
    {
        for (var i = 0; i < contexts.Count; i++)
        {
            code.Line($"private static readonly {contexts[i].Type} {Field(i)} = new(global::OrleansTasks.TaskJson.CreateOptions());");
        }
    }

    /// <summary>Returns the code that gets the contract of a type, or null if no context lists the type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="plain">The type as <c>typeof</c> takes it.</param>
    public string? Find(string? type, string? plain)
    {
        for (var i = 0; i < contexts.Count; i++)
        {
            if (contexts[i].Types.Contains(plain))
            {
                return $"(({Contract}<{type}>){Field(i)}.GetTypeInfo(typeof({plain}))!)";
            }
        }

        return null;
    }

    private static string Field(int index) => $"s_json{index}";
}

using System.Text;

namespace OrleansTasks.Generators.Writing;

/// <summary>Derives the names of generated types from an assembly's name.</summary>
internal static class AssemblyNames
{
    private const string Suffix = "Tasks";

    /// <summary>Returns the namespace for an assembly, which is its name.</summary>
    public static string NamespaceOf(string assembly) =>
        string.Join(".", assembly.Split('.').Select(Identifier).Where(static part => part.Length > 0)) is { Length: > 0 } name
            ? name
            : "OrleansTasks";

    /// <summary>Returns the class with the task names, such as <c>ContractsTasks</c> for <c>Shop.Contracts</c>.</summary>
    public static string ClassOf(string assembly) => Of(assembly.Split('.')[^1]);

    /// <summary>Returns a name that is unique to the assembly, such as <c>ShopContractsTasks</c>.</summary>
    public static string Of(string assembly) =>
        Identifier(assembly) is not { Length: > 0 } name ? Suffix : name.EndsWith(Suffix, StringComparison.Ordinal) ? name : name + Suffix;

    private static string Identifier(string text)
    {
        var name = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) || c == '_')
            {
                name.Append(name.Length == 0 && char.IsDigit(c) ? "_" : "").Append(c);
            }
        }

        return name.ToString();
    }
}

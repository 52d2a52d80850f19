using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace OrleansTasks.Tests.Unit;

/// <summary>Finds which folder of the libraries uses which, from the compiled assemblies and from the usings in the source.</summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<(string Library, string Type), string> _folders = [];
    private readonly Dictionary<(string From, string To), SortedSet<string>> _uses = [];

    /// <param name="root">The folder of the project.</param>
    /// <param name="libraries">The folders and assemblies of the libraries.</param>
    public FolderGraph(string root, IReadOnlyList<(string Folder, string Assembly)> libraries)
    {
        foreach (var (folder, assembly) in libraries)
        {
            foreach (var file in SourceFile.In(root, folder))
            {
                Files.Add(file);
                foreach (var type in file.Types)
                {
                    _folders[(assembly, type.Name)] = file.Folder;
                }
            }
        }

        foreach (var (_, assembly) in libraries)
        {
            using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
            foreach (var type in module.Types)
            {
                if (_folders.TryGetValue((assembly, Plain(type.Name)), out var from))
                {
                    Read(type, Plain(type.Name), from);
                }
            }
        }

        // Constants leave no trace in compiled code, so usings count too. A using of a namespace that several libraries have does not tell
        // which one is meant.
        var homes = Files.Where(static f => f.Namespace != "OrleansTasks").Select(static f => (f.Namespace, f.Folder)).Distinct()
            .ToLookup(static f => f.Namespace, static f => f.Folder);
        foreach (var file in Files)
        {
            foreach (var home in file.Usings.Where(u => homes[u].Count() == 1).SelectMany(u => homes[u]))
            {
                Add(file.Folder, home, $"{file.Name} (using)");
            }
        }
    }

    /// <summary>Gets all source files.</summary>
    public List<SourceFile> Files { get; } = [];

    /// <summary>Gets the number of folder pairs in which one folder uses the other.</summary>
    public int Count => _uses.Count;

    /// <summary>Finds a cycle of folders, with what each step uses. Returns null if there is none.</summary>
    public string? FindCircle()
    {
        var isDone = new Dictionary<string, bool>();
        List<string> way = [];
        return _uses.Keys.Select(u => u.From).Distinct().Order(StringComparer.Ordinal).Select(Visit)
            .FirstOrDefault(static c => c is not null);

        string? Visit(string folder)
        {
            if (isDone.TryGetValue(folder, out var done))
            {
                return done
                    ? null
                    : string.Join("; ",
                        way.Skip(way.IndexOf(folder)).Zip(way.Skip(way.IndexOf(folder) + 1).Append(folder),
                            (a, b) => $"{a} uses {b}: {string.Join(", ", _uses[(a, b)].Take(5))}"));
            }

            isDone[folder] = false;
            way.Add(folder);
            var circle = _uses.Keys.Where(u => u.From == folder).Select(u => Visit(u.To)).FirstOrDefault(static c => c is not null);
            way.RemoveAt(way.Count - 1);
            isDone[folder] = true;
            return circle;
        }
    }

    private static string Plain(string name) => Arity().Replace(name, "");

    [GeneratedRegex("`.*")]
    private static partial Regex Arity();

    private void Add(string from, string to, string what)
    {
        if (from == to)
        {
            return;
        }

        if (!_uses.TryGetValue((from, to), out var uses))
        {
            _uses[(from, to)] = uses = new SortedSet<string>(StringComparer.Ordinal);
        }

        uses.Add(what);
    }

    private void Read(TypeDefinition type, string name, string from)
    {
        Take(type.BaseType);
        TakeAttributes(type);
        foreach (var item in type.Interfaces)
        {
            Take(item.InterfaceType);
        }

        foreach (var field in type.Fields)
        {
            Take(field.FieldType);
            TakeAttributes(field);
        }

        foreach (var property in type.Properties)
        {
            TakeAttributes(property);
        }

        foreach (var parameter in type.GenericParameters.Concat(type.Methods.SelectMany(static m => m.GenericParameters)))
        {
            foreach (var constraint in parameter.Constraints)
            {
                Take(constraint.ConstraintType);
            }
        }

        foreach (var method in type.Methods)
        {
            TakeAttributes(method);
            TakeMethod(method);
            if (method.HasBody)
            {
                TakeBody(method.Body);
            }
        }

        foreach (var nested in type.NestedTypes)
        {
            Read(nested, name, from);
        }

        void TakeAttributes(ICustomAttributeProvider of)
        {
            foreach (var attribute in of.CustomAttributes)
            {
                Take(attribute.AttributeType);
                foreach (var argument in attribute.ConstructorArguments)
                {
                    Take(argument.Value as TypeReference);
                }
            }
        }

        void TakeMethod(MethodReference method)
        {
            Take(method.DeclaringType);
            Take(method.ReturnType);
            foreach (var parameter in method.Parameters)
            {
                Take(parameter.ParameterType);
            }

            foreach (var argument in (method as GenericInstanceMethod)?.GenericArguments ?? [])
            {
                Take(argument);
            }
        }

        void TakeBody(MethodBody body)
        {
            foreach (var variable in body.Variables)
            {
                Take(variable.VariableType);
            }

            foreach (var caught in body.ExceptionHandlers)
            {
                Take(caught.CatchType);
            }

            foreach (var operand in body.Instructions.Select(static i => i.Operand))
            {
                if (operand is TypeReference used)
                {
                    Take(used);
                }
                else if (operand is MethodReference method)
                {
                    TakeMethod(method);
                }
                else if (operand is FieldReference field)
                {
                    Take(field.DeclaringType);
                    Take(field.FieldType);
                }
            }
        }

        void Take(TypeReference? used)
        {
            foreach (var argument in (used as GenericInstanceType)?.GenericArguments ?? [])
            {
                Take(argument);
            }

            var plain = used?.GetElementType();
            while (plain?.DeclaringType is { } around)
            {
                plain = around;
            }

            if (plain is null or GenericParameter)
            {
                return;
            }

            var assembly = plain.Scope is AssemblyNameReference reference ? reference.Name : plain.Module.Assembly.Name.Name;
            if (_folders.TryGetValue((assembly, Plain(plain.Name)), out var to))
            {
                Add(from, to, $"{name} → {Plain(plain.Name)}");
            }
        }
    }
}

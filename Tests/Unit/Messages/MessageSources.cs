using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>
/// Finds the messages of exceptions in sources. They are arguments of exceptions and of their base constructors, faults that are added to
/// a list or returned by a method whose name says so, and arguments of methods that put them into such a message.
/// </summary>
/// <param name="sources">The sources, by file.</param>
/// <param name="isExcluded">Decides whether the messages of a type of exceptions are none of the public API.</param>
internal sealed class MessageSources(IReadOnlyDictionary<string, SyntaxNode> sources, Func<string, bool> isExcluded)
{
    private readonly MessageReader _reader = new(Constants(sources.Values));
    private readonly List<Template> _templates = [];

    /// <summary>Returns the messages, in the order of the files.</summary>
    public IReadOnlyList<MessageSite> Find()
    {
        var own = new List<MessageSite>();
        foreach (var (file, root) in sources)
        {
            foreach (var (node, text, isNamed) in root.DescendantNodes().SelectMany(MadeBy))
            {
                var site = new MessageSite($"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}", text, isNamed);
                if (TemplateOf(node, site) is { } template)
                {
                    _templates.Add(template);
                }
                else
                {
                    own.Add(site);
                }
            }
        }

        return [.. own.Concat(Filled()).DistinctBy(static s => (s.Place, s.Text.Source))
            .OrderBy(static s => s.Place, StringComparer.Ordinal)];
    }

    /// <summary>Returns the names of exceptions that sources declare and that are not public.</summary>
    public static IEnumerable<string> InternalExceptions(IEnumerable<SyntaxNode> roots) =>
        roots.SelectMany(static r => r.DescendantNodes().OfType<ClassDeclarationSyntax>())
            .Where(static c => IsException(c.Identifier.ValueText) && !c.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Select(static c => c.Identifier.ValueText);

    private static Dictionary<string, string> Constants(IEnumerable<SyntaxNode> roots)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in roots.SelectMany(static r => r.DescendantNodes().OfType<FieldDeclarationSyntax>())
            .Where(static f => f.Modifiers.Any(SyntaxKind.ConstKeyword)))
        {
            var type = field.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.Identifier.ValueText;
            foreach (var one in field.Declaration.Variables)
            {
                found[$"{type}.{one.Identifier.ValueText}"] = one.Initializer!.Value is LiteralExpressionSyntax text
                    ? text.Token.ValueText
                    : one.Initializer.Value.ToString();
            }
        }

        return found;
    }

    private IEnumerable<(SyntaxNode Node, MessageText Text, bool IsNamed)> MadeBy(SyntaxNode node)
    {
        (IReadOnlyList<MessageText> Texts, bool IsNamed) found = node switch
        {
            BaseObjectCreationExpressionSyntax made when TypeOf(made) is { } type && IsException(type) && !isExcluded(type) =>
                (Arguments(made.ArgumentList), type == nameof(ArgumentOutOfRangeException) && made.ArgumentList?.Arguments.Count == 3),
            ConstructorInitializerSyntax { Parent.Parent: ClassDeclarationSyntax type } made when IsPublicException(type) =>
                (Arguments(made.ArgumentList), false),
            PrimaryConstructorBaseTypeSyntax { Parent.Parent: ClassDeclarationSyntax type } made when IsPublicException(type) =>
                (Arguments(made.ArgumentList), false),
            InvocationExpressionSyntax call when NameOf(call) is "Add" or "AddRange" && IsFaults(call.Expression) =>
                (Arguments(call.ArgumentList), call.ArgumentList.Arguments.Count > 1),
            InvocationExpressionSyntax call when IsProblem(call) => (_reader.Messages(call.ArgumentList.Arguments[3].Expression), false),
            InvocationExpressionSyntax call when NameOf(call) == "Validate" && call.ArgumentList.Arguments.Count == 2 =>
                (Arguments(call.ArgumentList), false),
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "Fault" } } set
                when set.Parent is InitializerExpressionSyntax => (_reader.Messages(set.Right), true),
            YieldStatementSyntax { Expression: { } given } when IsOfFaults(node) => (_reader.Messages(given), false),
            ReturnStatementSyntax { Expression: { } given } when IsOfFaults(node) => (_reader.Messages(given), false),
            ArrowExpressionClauseSyntax arrow when IsOfFaults(node) => (_reader.Messages(arrow.Expression), false),
            _ => ([], false),
        };
        return found.Texts.Select(t => (node, t, found.IsNamed));
    }

    private List<MessageText> Arguments(ArgumentListSyntax? list) =>
        list is null ? [] : [.. list.Arguments.SelectMany(a => _reader.Messages(a.Expression))];

    private static bool IsProblem(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.Count > 3
        && NameOf(call) == "New" && (call.Expression.ToString() == "TaskProblems.New" || TypeAround(call) == "TaskProblems");

    private static string? TypeOf(BaseObjectCreationExpressionSyntax made) => made switch
    {
        ObjectCreationExpressionSyntax named => named.Type.ToString().Split('.')[^1],
        _ => TextParameters.MemberAround(made) switch
        {
            MethodDeclarationSyntax method => method.ReturnType.ToString(),
            PropertyDeclarationSyntax property => property.Type.ToString(),
            _ => null,
        },
    };

    private static bool IsException(string type) => type.EndsWith("Exception", StringComparison.Ordinal);

    private bool IsPublicException(ClassDeclarationSyntax type) =>
        IsException(type.Identifier.ValueText) && !isExcluded(type.Identifier.ValueText);

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => "",
    };

    private static bool IsFaults(ExpressionSyntax method) =>
        method is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "faults" or "_faults" } };

    /// <summary>Decides whether a node is the result of a method that returns faults, and not of a lambda in it.</summary>
    private static bool IsOfFaults(SyntaxNode node)
    {
        var member = node.Ancestors()
            .FirstOrDefault(static n => n is LocalFunctionStatementSyntax or MemberDeclarationSyntax or LambdaExpressionSyntax);
        return member is MethodDeclarationSyntax { Identifier.ValueText: var name, ReturnType: var type }
            && type.ToString().Contains("string", StringComparison.Ordinal)
            && (name.EndsWith("Fault", StringComparison.Ordinal) || name.EndsWith("Faults", StringComparison.Ordinal));
    }

    private static Template? TemplateOf(SyntaxNode node, MessageSite site)
    {
        var member = TextParameters.MemberAround(node);
        var name = member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            LocalFunctionStatementSyntax local => local.Identifier.ValueText,
            _ => null,
        };
        if (name is null)
        {
            // The message of a constructor is an argument of the exception.
            var isPassedOn = site.Text.Parts is [{ IsHole: true }] && member is ConstructorDeclarationSyntax;
            return isPassedOn ? new Template("", "", "", -1, site) : null;
        }

        // The last text is the reason; the ones before are names.
        var parameters = TextParameters.Around(node).ToList();
        var at = parameters.FindLastIndex(p => TextParameters.IsText(p) && site.Text.Shows(p.Identifier.ValueText));
        return at < 0 ? null : new Template(TypeAround(node), name, parameters[at].Identifier.ValueText, at, site);
    }

    private static string TypeAround(SyntaxNode node) => node.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.ValueText ?? "";

    /// <summary>Returns the messages of templates with the texts that their callers give.</summary>
    private IEnumerable<MessageSite> Filled()
    {
        var used = new HashSet<Template>();
        foreach (var (file, root) in sources)
        {
            foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                foreach (var template in _templates.Where(t => t.At >= 0 && IsCallOf(call, t)))
                {
                    foreach (var text in Given(call, template))
                    {
                        used.Add(template);
                        var line = call.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                        var filled = template.Site.Text.Replace(template.Parameter, text);
                        yield return new MessageSite($"{file}:{line}", filled, template.Site.IsNamed);
                    }
                }
            }
        }

        foreach (var template in _templates.Where(t => !used.Contains(t) && t.Site.Text.IsMessage))
        {
            yield return template.Site;
        }
    }

    private IEnumerable<MessageText> Given(InvocationExpressionSyntax call, Template template)
    {
        var arguments = call.ArgumentList.Arguments;
        var given = arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == template.Parameter)
            ?? (template.At < arguments.Count && arguments[template.At].NameColon is null ? arguments[template.At] : null);

        // A shorter text is a name, which is a value of the message.
        return given is null ? [] : _reader.Texts(given.Expression).Where(static t => t.IsMessage);
    }

    private static bool IsCallOf(InvocationExpressionSyntax call, Template template) => NameOf(call) == template.Method
        && call.Expression switch
        {
            MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var on } } =>
                on == template.Type || template.Type.EndsWith(on, StringComparison.OrdinalIgnoreCase),
            IdentifierNameSyntax => TypeAround(call) == template.Type,
            _ => false,
        };

    /// <summary>A message with a place for a text that the callers of its method give.</summary>
    private sealed record Template(string Type, string Method, string Parameter, int At, MessageSite Site);
}
